import { setTimeout } from 'node:timers/promises'
import { createPacer, type Pacer } from '@cloud-keypair/core'
import type { FleetStore } from './fleet-store.js'
import { type Place, placeText } from './place.js'

/**
 * Makes the pacer of a place, which all workers share. A call reserves its turn in the store and waits for it, so a call
 * takes one trip and no worker starves. The pacer of the process limits the open calls.
 */
export function createSharedPacer(store: Pick<FleetStore, 'reserveTurn' | 'slowDown'>, place: Place): Pacer {
  const own = createPacer()
  return {
    waitForTurn: async (call) => {
      const turn = await own.waitForTurn(call)
      if (turn === undefined) return undefined
      const action = `${placeText(place)} ${call.action}`
      const waitMs = await store.reserveTurn(action)
      if (waitMs > 0) await setTimeout(waitMs, undefined, { signal: call.signal }).catch(() => undefined)
      if (call.signal.aborted) {
        turn.end({ kind: 'unanswered' })
        return undefined
      }
      return {
        end: (answer) => {
          turn.end(answer)
          const { kind, retryAfterMs = 0 } = answer
          const isRefused = kind === 'refused'
          // A lost hint costs refusals, and nothing else.
          if (isRefused || retryAfterMs > 0) store.slowDown(action, retryAfterMs, isRefused).catch(() => undefined)
        },
      }
    },
  }
}
