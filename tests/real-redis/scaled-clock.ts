import type { Clock } from '@cloud-keypair/core'

/** The factor by which time in the simulated clouds goes faster. A call has the real time of a tenth of its time-out. */
export const speed = 10

/** Returns the time of all processes of a trial: the same one in each, from the same start. */
export function scaledClock(from: number): Clock {
  return {
    now: () => from + (Date.now() - from) * speed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const end = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          resolve()
        }
        const timer = Number.isFinite(ms) ? setTimeout(end, Math.min(ms / speed, 2 ** 31 - 1)) : undefined
        signal.addEventListener('abort', end)
      }),
  }
}
