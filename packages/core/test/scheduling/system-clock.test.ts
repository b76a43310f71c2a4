import { expect, test } from 'vitest'
import { settlingClock, systemClock } from '../../src/scheduling/clock.js'

/** Makes a controller, and counts the reads of its reason: an error that is made for an abort names the reason. */
function countingReasons(): { readonly controller: AbortController; reads(): number } {
  const controller = new AbortController()
  let reads = 0
  Object.defineProperty(controller.signal, 'reason', {
    get: () => {
      reads += 1
      return 'over'
    },
  })
  return { controller, reads: () => reads }
}

test('a wait that is aborted ends early, and makes no error', async () => {
  const { controller, reads } = countingReasons()
  const waited = systemClock.sleep(2 ** 40, controller.signal)
  controller.abort()
  await waited
  await systemClock.sleep(2 ** 40, controller.signal)
  expect(reads()).toBe(0)
})

test('a wait that is over has no listener left', async () => {
  const { signal } = new AbortController()
  let listeners = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners += 1
    addEventListener.apply(signal, given)
  }
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners -= 1
    removeEventListener.apply(signal, given)
  }
  await systemClock.sleep(0, signal)
  expect(listeners).toBe(0)
})

test.each([
  ['this machine', systemClock],
  ['a caller', { ...systemClock }],
])('a timer of the clock of %s calls back once, and not after it was cancelled', async (_, clock) => {
  const { after } = settlingClock(clock)
  const called: string[] = []
  const cancel = after(1, () => called.push('cancelled'))
  cancel()
  await new Promise<void>((resolve) => {
    after(1, () => {
      called.push('called')
      after(5, resolve)
    })
  })
  expect(called).toEqual(['called'])
})
