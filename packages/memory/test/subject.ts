import type { Subject } from '@cloud-keypair/conformance'
import { createKeyPairService } from '@cloud-keypair/core'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'

/** The reference driver, over a cloud in memory of every variant. */
export const memorySubject: Subject = {
  name: 'memory',
  variants: Object.keys(memoryVariants),
  harness: async ({ variant, clock, service: options }) => {
    const traits = memoryVariants[variant] ?? {}
    const { driver, world } = createMemoryCloud({ clock, random: options.random, traits })
    return {
      service: createKeyPairService(driver, options),
      capabilities: driver.capabilities,
      world,
      facts: { refuses: ['windows', 'agentless'], namesRepeat: traits.uniqueNames === false, replaces: true, group: 'project-a' },
      canaries: [],
      [Symbol.asyncDispose]: () => driver.close(),
    }
  },
}
