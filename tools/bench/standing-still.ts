import type { VirtualClock } from '@cloud-keypair/conformance'

/** Does work during which the time of the clock stands still. */
export async function standingStill<T>(clock: VirtualClock, id: string, work: () => Promise<T>): Promise<T> {
  clock.open(id)
  try {
    return await work()
  } finally {
    clock.close(id)
  }
}
