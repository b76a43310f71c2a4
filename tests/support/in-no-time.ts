import type { VirtualClock } from '@cloud-keypair/conformance'
import { standingStill } from '@cloud-keypair/conformance/internals'
import type { World } from '@cloud-keypair/core/testing'

/** Key pairs that are seeded in one step, so that thousands of them are seen to go on. */
const atOnce = 100

/** Lets no virtual time pass while a real server is seeded or read. */
export function inNoTime(world: World, clock: VirtualClock): World {
  return {
    ...world,
    seedKeyPairs: (keyPairs) =>
      standingStill(clock, async () => {
        for (let at = 0; at < keyPairs.length; at += atOnce) {
          await standingStill(clock, () => world.seedKeyPairs(keyPairs.slice(at, at + atOnce)))
        }
      }),
    seedInstances: (instances) => standingStill(clock, () => world.seedInstances(instances)),
    snapshot: () => standingStill(clock, () => world.snapshot()),
  }
}
