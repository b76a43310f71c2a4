import type { Subject } from '@cloud-keypair/conformance'
import { createKeyPairService } from '@cloud-keypair/core'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'

/** The reference driver, over a cloud in memory of every variant. */
export const memorySubject: Subject = {
  name: 'memory',
  variants: Object.keys(memoryVariants),
  harness: async ({ variant, clock, service: options }) => {
    const { driver, world } = createMemoryCloud({ clock, random: options.random, traits: memoryVariants[variant] })
    return {
      service: createKeyPairService(driver, options),
      capabilities: driver.capabilities,
      world,
      canaries: [],
      [Symbol.asyncDispose]: () => driver.close(),
    }
  },
}
