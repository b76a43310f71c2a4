import { expect, it } from 'vitest'
import { createSharedPacer } from '../src/pacer.js'

const place = { provider: 'tencent', account: 'a', region: 'b' }

function storeOf(waitMs: number) {
  const told: unknown[] = []
  return {
    told,
    reserveTurn: async (action: string) => {
      told.push(action)
      return waitMs
    },
    slowDown: async (...given: readonly unknown[]) => void told.push(given),
  }
}

it('a call reserves its turn once, and only a refusal or a hint is told', async () => {
  const store = storeOf(0)
  const pacer = createSharedPacer(store, place)
  const { signal } = new AbortController()
  const turn = await pacer.waitForTurn({ action: 'tencent b attach', attempt: 1, signal })
  turn?.end({ kind: 'admitted' })
  const next = await pacer.waitForTurn({ action: 'tencent b attach', attempt: 1, signal })
  next?.end({ kind: 'refused', retryAfterMs: 5 })
  const action = 'tencent a b tencent b attach'
  expect(store.told).toEqual([action, action, [action, 5, true]])
})

it('a call whose signal is aborted while it waits is not sent', async () => {
  const pacer = createSharedPacer(storeOf(3_600_000), place)
  const abort = new AbortController()
  const waiting = pacer.waitForTurn({ action: 'any', attempt: 1, signal: abort.signal })
  setImmediate(() => abort.abort())
  expect(await waiting).toBeUndefined()
})
