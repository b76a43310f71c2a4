import type { CallFailure } from '../contract/key-pair-driver.js'
import { callListener, warnOf } from './listeners.js'
import type { Result } from '../result.js'
import type { ServiceContext } from './context.js'
import type { PacedAnswer, PacedCall, Pacer, Turn } from '../scheduling/pacer.js'
import { maxHintMs } from '../scheduling/backoff.js'

// Reads of one kind are one action of a cloud, in any operation.
const countedWith = new Map([
  ['list', 'lookup'],
  ['list-instances', 'read-instances'],
])

/**
 * Waits for the turn of a call. Undefined if the signal is aborted first, or if the pacer fails: then the call has no
 * turn.
 */
export function waitForTurn(
  { driver, pacer }: ServiceContext,
  { call, attempt }: { readonly call: string; readonly attempt: number },
  signal: AbortSignal,
): Promise<Turn | undefined> {
  const { region, endpoint } = driver.location
  const action = `${driver.provider} ${region || endpoint} ${countedWith.get(call) ?? call}`
  return new Promise((resolve) => {
    let isOver = false
    const settle = (given: Turn | undefined): void => {
      const turn = given && endingSafely(given)
      if (isOver) return turn?.end({ kind: 'unanswered' })
      isOver = true
      signal.removeEventListener('abort', leave)
      resolve(turn)
    }
    const leave = (): void => settle(undefined)
    signal.addEventListener('abort', leave, { once: true })
    askPacer(pacer, { action, attempt, signal }).then(settle, (thrown: unknown) => {
      warnOf('The pacer', thrown)
      leave()
    })
  })
}

/** Returns the turn with an end that never fails: by then the cloud has answered, and the answer must not be lost. */
function endingSafely(turn: Turn): Turn {
  return { end: (answer) => callListener('Turn.end', () => turn.end(answer)) }
}

async function askPacer(pacer: Pacer, call: PacedCall): Promise<Turn | undefined> {
  return pacer.waitForTurn(call)
}

/** Reduces the result of a call to what concerns the rate. */
export function answerOf(result: Result<unknown, CallFailure>): PacedAnswer {
  if (result.isOk()) return { kind: 'admitted' }
  const { code, vendor, retryAfterMs } = result.error
  const kind = code === 'throttled' ? 'refused' : vendor === undefined ? 'unanswered' : 'admitted'
  const isHint = code === 'throttled' || code === 'unavailable'
  return { kind, ...(isHint && retryAfterMs !== undefined && { retryAfterMs: Math.min(retryAfterMs, maxHintMs) }) }
}
