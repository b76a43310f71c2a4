import { setTimeout } from 'node:timers/promises'
import type { Clock } from '@cloud-keypair/core'

/** Makes a clock that shortens the waits between two reads, and leaves deadlines as they are. */
export function impatientClock(): Clock {
  let skipped = 0
  return {
    now: () => Date.now() + skipped,
    sleep: async (ms, signal) => {
      const isWait = ms <= 5000
      if (isWait) skipped += ms
      await setTimeout(isWait ? 0 : Math.min(ms, 60_000), undefined, { signal, ref: false }).catch(() => undefined)
    },
  }
}
