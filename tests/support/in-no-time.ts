import type { VirtualClock } from '@cloud-keypair/conformance'
import { standingStill } from '@cloud-keypair/conformance/internals'
import type { World } from '@cloud-keypair/core/testing'

/** Lets no virtual time pass while a real server is seeded or read. */
export function inNoTime(world: World, clock: VirtualClock): World {
  return {
    ...world,
    seedKeyPairs: (keyPairs) => standingStill(clock, () => world.seedKeyPairs(keyPairs)),
    seedInstances: (instances) => standingStill(clock, () => world.seedInstances(instances)),
    snapshot: () => standingStill(clock, () => world.snapshot()),
  }
}
