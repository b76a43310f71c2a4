import type { IncomingHttpHeaders } from 'node:http'

/**
 * The time of a simulator. `now` drives everything that takes time in it: power changes, the lifetime of
 * tokens, token buckets, late commits and read lag.
 */
export interface SimulatorClock {
  /** Returns milliseconds from any origin, never going back. */
  now(): number
  /**
   * Waits while a request is held open. Settles early, without an error, when the signal is aborted: the
   * client is gone. `ms` is `Infinity` for a request that is never answered.
   */
  sleep(ms: number, signal: AbortSignal, request: IncomingHttpHeaders): Promise<void>
}

/** The longest delay that a timer of Node takes. */
const maxTimerMs = 2 ** 31 - 1

/** The clock of this machine. */
export const realClock: SimulatorClock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = Number.isFinite(ms) ? setTimeout(done, Math.min(ms, maxTimerMs)) : undefined
      signal.addEventListener('abort', done)
    }),
}
