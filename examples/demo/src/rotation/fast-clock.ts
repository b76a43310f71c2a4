import { type Clock, systemClock } from '@cloud-keypair/core'

/** The factor by which time goes faster during restarts. */
export const speed = 20

/** A clock on which restarts that are simulated need not be waited for: from `hurry` on every wait is over sooner. */
export interface FastClock extends Clock {
  hurry(): void
}

export function fastClock(): FastClock {
  let from = Infinity
  return {
    now: () => {
      const now = systemClock.now()
      return now + Math.max(0, now - from) * (speed - 1)
    },
    sleep: (ms, signal) => systemClock.sleep(from === Infinity ? ms : ms / speed, signal),
    hurry: () => {
      from = Math.min(from, systemClock.now())
    },
  }
}
