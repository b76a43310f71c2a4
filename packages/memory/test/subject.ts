import type { Subject } from '@cloud-keypair/conformance'
import { parsePublicKey, Secret } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { type CloudKeyPair, createMemoryCloud, type MemoryTraits, memoryVariants } from '@cloud-keypair/memory'

/** Creates the reference driver over a cloud in memory, for each of these variants. */
export const memorySubjectOf = (variants: Readonly<Record<string, Partial<MemoryTraits>>>): Subject => ({
  name: 'memory',
  variants: Object.keys(variants),
  // The cloud has no credentials and one user, and its calls no headers, and an instance is never terminated.
  lacks: ['expired', 'echo', 'terminated', 'other-user'],
  harness: async ({ variant, clock, service: options, generateInCloud }) => {
    const traits = variants[variant] ?? {}
    const generateKeyPair = (): CloudKeyPair => {
      const { privateKey, publicKey } = generateInCloud()
      return { privateKey: new Secret(privateKey), publicKey: parsePublicKey(publicKey)._unsafeUnwrap() }
    }
    const { driver, world } = createMemoryCloud({ clock, random: options.testing?.random, generateKeyPair, traits })
    return {
      service: createKeyPairService(driver, options),
      driver,
      world,
      facts: {
        refuses: ['windows', 'agentless'],
        namesRepeat: traits.uniqueNames === false,
        replaces: traits.attachOver !== 'refused' && traits.attachOver !== 'refused-untold',
        powerAtOnce: (traits.powerChangeMs ?? 0) === 0,
        group: 'project-a',
        instancesAPage: traits.limits?.pageSize ?? 100,
      },
      canaries: [],
      [Symbol.asyncDispose]: () => driver.close(),
    }
  },
})

// Those that do not touch each other share a world.
const sharing: readonly (readonly string[])[] = [
  ['names only', 'a replay lacks the private key', 'in use has an unknown code'],
  ['ids only', 'no tokens', 'verdicts shuffled'],
  ['names repeat', 'detach of another detaches', 'small pages'],
  ['names repeat, instances name no id', 'no metadata', 'one bad item refuses all, unnamed'],
  ['metadata at creation', 'one bad item refuses all, named', 'a second change loses the first'],
  ['imports only', 'no public keys', 'detach of another is an error'],
  ['opaque fingerprints', 'tokens forget failures', 'stopped only'],
  ['attach over another is refused', 'in use for a while', 'short requests'],
  ['names dangle', 'bound shows late', 'one at a time', 'fingerprints over another form of the key'],
]
const shared = sharing.map((names) => [names.join('; '), traitsOf(names)] as const)
const alone = Object.entries(memoryVariants).filter(([name]) => !sharing.flat().includes(name))

function traitsOf(names: readonly string[]): Partial<MemoryTraits> {
  return names.reduce((traits, name) => ({ ...traits, ...memoryVariants[name] }), {})
}

/** The same, of every variant that there is. */
export const memorySubject: Subject = memorySubjectOf(Object.fromEntries([...alone, ...shared]))
