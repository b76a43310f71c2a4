import { type EnsuredKeyPair, err, type KeyPair, type KeyPairStore, ok } from '@cloud-keypair/core'
import { answering, inDriver, inStore, operation, saying } from './break.js'
import type { Mutant } from './mutant.js'

const keepsTags: Mutant['appliesTo'] = ({ tags }) => tags === 'any-time'
const namesMayRepeat: Mutant['appliesTo'] = ({ name }) => !name.unique
const tellsNoKeys: Mutant['appliesTo'] = ({ publicKey }) => !publicKey

/** Ways to get a key pair in place, or away, wrongly. */
export const ensuringMutants: readonly Mutant[] = [
  {
    name: 'an ensure deletes the key pair that stands in its way',
    breaks: 11,
    killedBy: 'KP-ENSURE-02',
    appliesTo: (_, { comparable = true }) => comparable,
    service: inStore((service) => ({
      ensure: (options) =>
        answering(service.ensure(options), async (result) => {
          if (result.isOk() || result.error.code !== 'conflict') return result
          for (const there of await namesakes(service, options.name)) await service.delete(there)
          return service.ensure(options)
        }),
    })),
  },
  {
    name: 'an ensure deletes the key pair that stands in its way, and says that it did not',
    breaks: 10,
    killedBy: 'KP-ENSURE-02',
    service: inStore((service) => ({
      ensure: (options) =>
        answering(service.ensure(options), async (result) => {
          if (result.isErr()) for (const there of await namesakes(service, options.name)) await service.delete(there)
          return result
        }),
    })),
  },
  {
    name: 'an ensure imports anew each time, in place of what is there',
    breaks: 6,
    killedBy: 'KP-ENSURE-07',
    service: inStore((service) => ({
      ensure: (options) =>
        operation(async () => {
          for (const there of await namesakes(service, options.name)) await service.delete(there)
          return service.ensure(options)
        }),
    })),
  },
  {
    name: 'an ensure takes a key pair of the name for its own, whatever its key',
    breaks: 11,
    killedBy: 'KP-ENSURE-02',
    service: inStore((service) => ({
      ensure: (options) =>
        answering(service.ensure(options), async (result) => {
          const [there] = result.isErr() ? await namesakes(service, options.name) : []
          return there === undefined ? result : ok(found(there, options.publicKey))
        }),
    })),
  },
  {
    name: 'an ensure does not say what the key in its way is',
    breaks: 12,
    killedBy: 'KP-ENSURE-02',
    appliesTo: (_, { comparable = true }) => comparable,
    service: inStore((service) => ({
      ensure: (options) =>
        service.ensure(options).mapErr((error) => (error.code === 'conflict' ? saying(error, { details: {} }) : error)),
    })),
  },
  {
    name: 'an ensure says that it changed nothing when it imported',
    breaks: 4,
    killedBy: 'KP-ENSURE-01',
    service: changing(() => ({ changed: false })),
  },
  {
    name: 'an ensure says that it changed what was so already',
    breaks: 4,
    killedBy: 'KP-ENSURE-01',
    service: changing(() => ({ changed: true })),
  },
  {
    name: 'an ensure says of what it compared that it did not, and the other way',
    breaks: 11,
    killedBy: 'KP-ENSURE-01',
    service: changing(({ verified }) => ({ verified: !verified })),
  },
  {
    name: 'requireVerified is ignored',
    breaks: 11,
    killedBy: 'KP-ENSURE-03',
    appliesTo: tellsNoKeys,
    service: inStore((service) => ({
      ensure: ({ requireVerified: _, ...options }) => service.ensure(options),
    })),
  },
  {
    name: 'an ensure drops the metadata that it is given',
    breaks: 9,
    killedBy: 'KP-ENSURE-05',
    service: inStore((service) => ({
      ensure: ({ description: _, tags: _tags, group: _group, ...options }) => service.ensure(options),
    })),
  },
  {
    name: 'an ensure replaces all tags',
    breaks: 10,
    killedBy: 'KP-ENSURE-04',
    appliesTo: keepsTags,
    service: inStore((service) => ({
      ensure: (options) =>
        operation(async () => {
          const [there] = await namesakes(service, options.name)
          const cleared = Object.fromEntries(Object.keys(there?.tags ?? {}).map((key) => [key, null]))
          return service.ensure(options.tags ? { ...options, tags: { ...cleared, ...options.tags } } : options)
        }),
    })),
  },
  {
    name: 'an ensure leaves metadata of a key pair that is there as it is, and says that all is so',
    breaks: 4,
    killedBy: 'KP-ENSURE-04',
    appliesTo: keepsTags,
    driver: inDriver(() => ({ doUpdateKeyPair: async () => ok(null) })),
  },
  {
    name: 'an ensure sets tags each time that are there already',
    breaks: 10,
    killedBy: 'KP-ENSURE-05',
    appliesTo: keepsTags,
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).map((page) => ({
          ...page,
          items: page.items.map(({ tags: _, ...keyPair }) => keyPair),
        })),
    })),
  },
  {
    name: 'an ensure looks, and then imports, without a thought of who does the same',
    breaks: 4,
    killedBy: 'KP-ENSURE-06',
    service: inStore((service) => ({
      ensure: ({ name, publicKey }) =>
        operation(async () => {
          const [there] = await namesakes(service, name)
          if (there !== undefined) return ok(found(there, publicKey))
          return (await service.import({ name, publicKey })).map((made) => ({ ...made, changed: true, duplicates: [] }))
        }),
    })),
  },
  {
    name: 'an ensure gives now this one, now that, of several key pairs that have the key',
    breaks: 11,
    killedBy: 'KP-ENSURE-07',
    appliesTo: namesMayRepeat,
    service: inStore((service) => {
      let turn = 0
      return {
        ensure: (options) =>
          service.ensure(options).map((ensured) => {
            const [other] = (turn += 1) % 2 === 0 ? ensured.duplicates : []
            return other === undefined ? ensured : { ...found(other, options.publicKey), duplicates: [ensured] }
          }),
      }
    }),
  },
  {
    name: 'an ensure removes the duplicates',
    breaks: 6,
    killedBy: 'KP-ENSURE-07',
    appliesTo: namesMayRepeat,
    service: inStore((service) => ({
      ensure: (options) =>
        answering(service.ensure(options), async (result) => {
          for (const other of result.isOk() ? result.value.duplicates : []) await service.delete(other)
          return result
        }),
    })),
  },
  {
    name: 'an ensure keeps quiet about duplicates',
    breaks: 12,
    killedBy: 'KP-ENSURE-07',
    appliesTo: namesMayRepeat,
    service: changing(() => ({ duplicates: [] })),
  },
  {
    name: 'an ensure takes an import that was not answered for refused',
    breaks: 4,
    killedBy: 'KP-ENSURE-08',
    driver: inDriver((driver) => ({
      doImportKeyPair: async (request, context) =>
        (await driver.doImportKeyPair(request, context)).mapErr((failure) => ({
          ...failure,
          outcome: 'none',
          transient: false,
        })),
    })),
  },
  {
    name: 'an ensure does not wait until what it imported is listed',
    breaks: 4,
    killedBy: 'KP-ENSURE-09',
    driver: inDriver((driver) => ({
      doImportKeyPair: async (request, context) => {
        const answer = await driver.doImportKeyPair(request, context)
        if (answer.isErr()) return answer
        const keyPairs = [{ by: 'name', name: request.name }] as const
        const seen = await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor: undefined }, context)
        if (seen.isOk() && seen.value.items.length > 0) return answer
        return err({ code: 'not-found', message: 'it is not there', outcome: 'none', transient: false, scope: 'call' })
      },
    })),
  },
  {
    name: 'ensureAbsent deletes a key pair whatever its key',
    breaks: 11,
    killedBy: 'KP-ABSENT-02',
    service: inStore((service) => ({
      ensureAbsent: (keyPair, { publicKey: _, ...options } = {}) => service.ensureAbsent(keyPair, options),
    })),
  },
  {
    name: 'ensureAbsent says that it deleted what was not there',
    breaks: 4,
    killedBy: 'KP-ABSENT-01',
    service: inStore((service) => ({
      ensureAbsent: (keyPair, options) =>
        service.ensureAbsent(keyPair, options).map((absence) => ({ ...absence, changed: true })),
    })),
  },
  {
    name: 'ensureAbsent deletes every key pair of the name',
    breaks: 6,
    killedBy: 'KP-ABSENT-03',
    appliesTo: namesMayRepeat,
    service: inStore((service) => ({
      ensureAbsent: (keyPair, options) =>
        answering(service.ensureAbsent(keyPair, options), async (result) => {
          for (const there of result.isOk() ? await namesakes(service, keyPair.name ?? '') : [])
            await service.delete(there)
          return result
        }),
    })),
  },
  {
    name: 'ensureAbsent fails while somebody else does the same',
    breaks: 4,
    killedBy: 'KP-ABSENT-05',
    service: inStore((service) => {
      const doomed = new Set<string>()
      return {
        ensureAbsent: (keyPair, options) => {
          const key = keyPair.id ?? keyPair.name ?? ''
          if (doomed.has(key)) return service.get({ name: 'nobody' }).map(() => ({ changed: false, deleted: [] }))
          doomed.add(key)
          return service.ensureAbsent(keyPair, options)
        },
      }
    }),
  },
]

/** Breaks what an ensure says of itself. */
function changing(change: (ensured: EnsuredKeyPair) => Partial<EnsuredKeyPair>): NonNullable<Mutant['service']> {
  return inStore((service) => ({
    ensure: (options) => service.ensure(options).map((ensured) => ({ ...ensured, ...change(ensured) })),
  }))
}

function found(keyPair: KeyPair, publicKey: string): EnsuredKeyPair {
  return { ...keyPair, publicKey, verified: true, changed: false, duplicates: [] }
}

async function namesakes(service: KeyPairStore, name: string): Promise<readonly KeyPair[]> {
  const all: KeyPair[] = []
  for await (const listed of service.list({ namePattern: name })) if (listed.isOk()) all.push(listed.value)
  return all
}
