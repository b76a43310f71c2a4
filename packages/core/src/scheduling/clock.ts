import { clearTimeout, setTimeout } from 'node:timers'

/** Time, passed in so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits. Resolves early, without an error, if the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * Wraps a clock that may throw. Its sleep ends early if that of the caller's clock rejects on an abort, as timers of
 * Node.js do. Its time is that of this machine if the caller's clock gives none.
 */
export function settlingClock(clock: Clock): Clock {
  return {
    now: () => {
      try {
        return clock.now()
      } catch {
        return Date.now()
      }
    },
    sleep: async (ms, signal) => {
      try {
        await clock.sleep(ms, signal)
      } catch {
        // Nobody waits for the end of every sleep, so a rejection would end the process.
      }
    },
  }
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number

// A longer timer would fire at once (nodejs.org/api/timers.html#settimeoutcallback-delay-args).
const maxTimerMs = 2 ** 31 - 1

/** The clock of this machine. */
export const systemClock: Clock = {
  now: Date.now,
  // Uses no timer of node:timers/promises: its abort makes an error with a stack, and each answered call aborts one.
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(ms, maxTimerMs))
      signal.addEventListener('abort', end)
    }),
}
