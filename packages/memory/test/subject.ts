import type { Subject } from '@cloud-keypair/conformance'
import { createKeyPairService, parsePublicKey, Secret } from '@cloud-keypair/core'
import { type CloudKeyPair, createMemoryCloud, type MemoryTraits, memoryVariants } from '@cloud-keypair/memory'

/** The reference driver, over a cloud in memory of each of these variants. */
export const memorySubjectOf = (variants: Readonly<Record<string, Partial<MemoryTraits>>>): Subject => ({
  name: 'memory',
  variants: Object.keys(variants),
  harness: async ({ variant, clock, service: options, generateInCloud }) => {
    const traits = variants[variant] ?? {}
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
        replaces: traits.attachOver !== 'refused' && traits.attachOver !== 'refused-untold',
        group: 'project-a',
        instancesAPage: traits.limits?.pageSize ?? 100,
      },
      canaries: [],
      [Symbol.asyncDispose]: () => driver.close(),
    }
  },
})

/** The same, of every variant that there is. */
export const memorySubject: Subject = memorySubjectOf(memoryVariants)
