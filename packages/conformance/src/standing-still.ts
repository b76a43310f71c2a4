import { randomUUID } from 'node:crypto'
import type { VirtualClock } from './virtual-clock.js'

/** Does work during which the virtual clock stands still, as input and output take real time. */
export async function standingStill<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  const id = randomUUID()
  clock.open(id)
  try {
    return await work()
  } finally {
    clock.close(id)
  }
}
