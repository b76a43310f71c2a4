import type { Subject } from '@cloud-keypair/conformance'
import { createKeyPairService, parsePublicKey, Secret } from '@cloud-keypair/core'
import { type CloudKeyPair, createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'

/** The reference driver, over a cloud in memory of every variant. */
export const memorySubject: Subject = {
  name: 'memory',
  variants: Object.keys(memoryVariants),
  harness: async ({ variant, clock, service: options, generateInCloud }) => {
    const traits = memoryVariants[variant] ?? {}
    const generateKeyPair = (): CloudKeyPair => {
      const { privateKey, publicKey } = generateInCloud()
      return { privateKey: new Secret(privateKey), publicKey: parsePublicKey(publicKey)._unsafeUnwrap() }
    }
    const { driver, world } = createMemoryCloud({ clock, random: options.random, generateKeyPair, traits })
    return {
      service: createKeyPairService(driver, options),
      driver,
      world,
      facts: {
        refuses: ['windows', 'agentless'],
        namesRepeat: traits.uniqueNames === false,
        replaces: true,
        group: 'project-a',
        instancesAPage: traits.limits?.pageSize ?? 100,
      },
      canaries: [],
      [Symbol.asyncDispose]: () => driver.close(),
    }
  },
}
