import { onCall } from '@cloud-keypair/core'

/** Vendor calls that were answered or given up. */
export interface Calls {
  readonly reads: number
  readonly changes: number
  /** Items of the changing calls, repeats included. */
  readonly itemsSent: number
}

/** Counts the vendor calls of this process. */
export interface CallCounter extends Disposable {
  now(): Calls
}

const noCalls: Calls = { reads: 0, changes: 0, itemsSent: 0 }

/** Counts from now on, by what the library publishes of each call, and says so after each. */
export function countCalls(changed: () => void): CallCounter {
  let calls = noCalls
  const stop = onCall(({ mutating, items = 0 }) => {
    const { reads, changes, itemsSent } = calls
    calls = mutating
      ? { reads, changes: changes + 1, itemsSent: itemsSent + items }
      : { reads: reads + 1, changes, itemsSent }
    changed()
  })
  return { now: () => calls, [Symbol.dispose]: stop }
}

/** Returns the calls after an earlier count. */
export function callsSince(earlier: Calls, now: Calls): Calls {
  return {
    reads: now.reads - earlier.reads,
    changes: now.changes - earlier.changes,
    itemsSent: now.itemsSent - earlier.itemsSent,
  }
}
