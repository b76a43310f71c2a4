import { clearTimeout, setTimeout } from 'node:timers'

/** Time, passed in so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits a finite time. Resolves early, without an error, if the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** A clock that also calls back, which takes less than a sleep with a signal. */
export interface TimerClock extends Clock {
  /** Calls a function once, after a time. Returns what cancels that. */
  after(ms: number, call: () => void): () => void
}

/**
 * Wraps a clock that may throw or be set back. Its sleep ends early if that of the caller's clock rejects on an abort, as
 * timers of Node.js do. Its time is that of this machine if the caller's clock gives none, and never goes back: what waits
 * for a time would wait for the size of the step too.
 */
export function settlingClock(clock: Clock): TimerClock {
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    try {
      await clock.sleep(ms, signal)
    } catch {
      // Nobody waits for the end of every sleep, so a rejection would end the process.
    }
  }
  const read = (): number => {
    try {
      return clock.now()
    } catch {
      return monotonicClock.now()
    }
  }
  let latest = -Infinity
  let behindMs = 0
  return {
    now: () => {
      const time = read() + behindMs
      if (time >= latest) return (latest = time)
      behindMs += latest - time
      return latest
    },
    sleep,
    after: clock === monotonicClock ? afterOnThisMachine : (ms, call) => afterSleep(sleep, ms, call),
  }
}

function afterOnThisMachine(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, Math.min(ms, maxTimerMs))
  return () => clearTimeout(timer)
}

function afterSleep(sleep: Clock['sleep'], ms: number, call: () => void): () => void {
  const cancelling = new AbortController()
  // A timer of Node.js takes Infinity for no time.
  void sleep(Math.min(ms, maxTimerMs), cancelling.signal).then(() => {
    if (!cancelling.signal.aborted && ms !== Infinity) call()
  })
  return () => cancelling.abort('cancelled')
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

/**
 * The time since this process began, which nobody sets: it measures waits and deadlines. The clock of this machine may be
 * set back or forward meanwhile.
 */
export const monotonicClock: Clock = { now: () => performance.now(), sleep: systemClock.sleep }
