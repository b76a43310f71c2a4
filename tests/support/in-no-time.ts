import type { VirtualClock } from '@cloud-keypair/conformance'
import type { World } from '@cloud-keypair/core/testing'

/** Lets no virtual time pass while a real server is seeded or read. */
export function inNoTime(world: World, clock: VirtualClock): World {
  let works = 0
  const still = async <T>(work: Promise<T>): Promise<T> => {
    const id = `world-${(works += 1)}`
    clock.open(id)
    try {
      return await work
    } finally {
      clock.close(id)
    }
  }
  return {
    ...world,
    seedKeyPairs: (keyPairs) => still(world.seedKeyPairs(keyPairs)),
    seedInstances: (instances) => still(world.seedInstances(instances)),
    snapshot: () => still(world.snapshot()),
  }
}
