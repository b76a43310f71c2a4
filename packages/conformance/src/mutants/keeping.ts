import {
  err,
  type KeyPair,
  type KeyPairReference,
  type KeyPairStore,
  ok,
  type Result,
  type KeyPairError,
} from '@cloud-keypair/core'
import { answering, inDriver, inStore, operation, saying } from './break.js'
import type { Mutant } from './mutant.js'

/** Ways to get importing, reading, changing and deleting key pairs wrong. */
export const keepingMutants: readonly Mutant[] = [
  {
    name: 'a name is cut off after ten characters',
    breaks: 11,
    killedBy: 'KP-IMPORT-05',
    driver: inDriver((driver) => ({
      doImportKeyPair: (request, context) =>
        driver.doImportKeyPair({ ...request, name: request.name.slice(0, 10) }, context),
    })),
  },
  {
    name: 'underscores of a name become hyphens',
    breaks: 11,
    killedBy: 'KP-IMPORT-05',
    driver: inDriver((driver) => ({
      doImportKeyPair: (request, context) =>
        driver.doImportKeyPair({ ...request, name: request.name.replaceAll('_', '-') }, context),
    })),
  },
  {
    name: 'what cannot be a name is mended without a word',
    breaks: 1,
    killedBy: 'KP-IMPORT-04',
    service: inStore((service) => ({
      import: (options) =>
        service.import({ ...options, name: options.name.replaceAll(/[^\w-]/g, '').slice(0, 20) || 'unnamed' }),
    })),
  },
  {
    name: 'a bad public key is sent for the cloud to judge',
    breaks: 1,
    killedBy: 'KP-IMPORT-03',
    service: inStore((service) => ({
      import: (options) =>
        operation(async () => {
          for await (const _ of service.list()) break
          return service.import(options)
        }),
    })),
  },
  {
    name: 'an import of a taken name gives what is there',
    breaks: 6,
    killedBy: 'KP-IMPORT-02',
    service: inStore((service) => ({
      import: (options) =>
        answering(service.import(options), async (result) => {
          const there = result.isErr() ? await namesake(service, options.name) : undefined
          return there === undefined ? result : ok({ ...there, publicKey: options.publicKey, verified: true })
        }),
    })),
  },
  {
    name: 'an import of a taken name puts the new key in its place, and then says that the name is taken',
    breaks: 6,
    killedBy: 'KP-IMPORT-02',
    service: inStore((service) => ({
      import: (options) =>
        answering(service.import(options), async (result) => {
          const there = result.isErr() ? await namesake(service, options.name) : undefined
          if (there === undefined) return result
          await service.delete(there)
          await service.import(options)
          return result
        }),
    })),
  },
  {
    name: 'a taken name is an error of another code',
    breaks: 6,
    killedBy: 'KP-IMPORT-02',
    service: inStore((service) => ({
      import: (options) =>
        answering(service.import(options), (result) =>
          result.isErr() && result.error.code === 'already-exists'
            ? err(saying(result.error, { code: 'unknown' }))
            : result,
        ),
    })),
  },
  {
    name: 'get gives the first key pair, whichever was asked for',
    breaks: 11,
    killedBy: 'KP-GET-01',
    service: inStore((service) => ({ get: () => operation(() => firstOf(service)) })),
  },
  {
    name: 'get takes a name that begins like the one asked for',
    breaks: 11,
    killedBy: 'KP-GET-02',
    appliesTo: ({ identity }) => identity.includes('name'),
    service: inStore((service) => ({
      get: (keyPair, options) =>
        answering(service.get(keyPair, options), async (result) => {
          if (result.isOk() || keyPair.name === undefined) return result
          for await (const listed of service.list({ namePattern: `${keyPair.name}*` })) return listed
          return result
        }),
    })),
  },
  {
    name: 'get throws where there is no such key pair',
    breaks: 1,
    killedBy: 'KP-GET-05',
    service: inStore((service) => ({
      get: (keyPair, options) =>
        answering(service.get(keyPair, options), (result) => {
          if (result.isErr()) throw result.error
          return result
        }),
    })),
  },
  {
    name: 'get takes its answer from an earlier one',
    breaks: 4,
    killedBy: 'KP-GET-05',
    service: inStore((service) => {
      const known: KeyPair[] = []
      return {
        async *list(options) {
          for await (const listed of service.list(options)) {
            if (listed.isOk()) known.push(listed.value)
            yield listed
          }
        },
        get: (keyPair, options) =>
          answering(service.get(keyPair, options), (result) => {
            const found = known.find(({ id, name }) => (id ?? name) === (keyPair.id ?? keyPair.name))
            return found === undefined ? result : ok(found)
          }),
      }
    }),
  },
  {
    name: 'an update replaces all tags',
    breaks: 10,
    killedBy: 'KP-UPDATE-01',
    appliesTo: ({ tags }) => tags === 'any-time',
    service: inStore((service) => ({
      update: (keyPair, options) =>
        operation(async () => {
          const found = await service.get(keyPair)
          const before = found.isOk() ? (found.value.tags ?? {}) : {}
          const cleared = Object.fromEntries(Object.keys(before).map((key) => [key, null]))
          return service.update(keyPair, options.tags ? { ...options, tags: { ...cleared, ...options.tags } } : options)
        }),
    })),
  },
  {
    name: 'an update leaves a tag that it should remove',
    breaks: 4,
    killedBy: 'KP-UPDATE-01',
    appliesTo: ({ tags }) => tags === 'any-time',
    driver: inDriver((driver) => ({
      doUpdateKeyPair: async (request, context) =>
        request.change.kind === 'remove-tags' ? ok(null) : driver.doUpdateKeyPair(request, context),
    })),
  },
  {
    name: 'an update tags another key pair too',
    breaks: 10,
    killedBy: 'KP-UPDATE-01',
    appliesTo: ({ tags }) => tags === 'any-time',
    driver: inDriver((driver) => ({
      doUpdateKeyPair: async (request, context) => {
        const others = await driver.doDescribeKeyPairs(
          { ...everyKeyPair, pageSize: driver.capabilities.pageSize },
          context,
        )
        for (const keyPair of others.isOk() ? others.value.items : []) {
          await driver.doUpdateKeyPair(
            { ...request, keyPair },
            { ...context, token: `${context.token}-${keyPair.name}` },
          )
        }
        return ok(null)
      },
    })),
  },
  {
    name: 'a description cannot be cleared',
    breaks: 4,
    killedBy: 'KP-UPDATE-02',
    appliesTo: ({ description }) => description === 'any-time',
    service: inStore((service) => ({
      update: (keyPair, options) =>
        options.description === '' ? service.get(keyPair) : service.update(keyPair, options),
    })),
  },
  {
    name: 'metadata that the cloud cannot keep is dropped without a word, and so is the rest',
    breaks: 9,
    killedBy: 'KP-UPDATE-03',
    service: inStore((service) => ({
      import: ({ name, publicKey, signal, deadlineMs }) => service.import({ name, publicKey, signal, deadlineMs }),
    })),
  },
  {
    name: 'an update of a key pair that is gone is a success',
    breaks: 4,
    killedBy: 'KP-UPDATE-04',
    appliesTo: ({ tags, description }) => tags === 'any-time' || description === 'any-time',
    service: inStore((service) => ({
      update: (keyPair, options) =>
        answering(service.update(keyPair, options), (result) =>
          result.isErr() && result.error.code === 'not-found' ? ok({ name: keyPair.name ?? '' }) : result,
        ),
    })),
  },
  {
    name: 'a delete does nothing, and says that it did',
    breaks: 4,
    killedBy: 'KP-DELETE-01',
    driver: inDriver((driver) => ({
      doDeleteKeyPairs: async (keyPairs) => ok(keyPairs.map(({ id, name }) => ({ id: id ?? name, ok: true }))),
      doDescribeKeyPairs: driver.doDescribeKeyPairs,
    })),
  },
  {
    name: 'a delete removes every key pair there is',
    breaks: 10,
    killedBy: 'KP-DELETE-01',
    service: inStore((service) => ({
      delete: (keyPair, options) =>
        answering(service.delete(keyPair, options), async (result) => {
          for await (const listed of service.list()) if (listed.isOk()) await service.delete(listed.value)
          return result
        }),
    })),
  },
  {
    name: 'a delete takes the key pairs with it whose names begin alike',
    breaks: 10,
    killedBy: 'KP-DELETE-01',
    service: inStore((service) => ({
      delete: (keyPair, options) =>
        answering(service.delete(keyPair, options), async (result) => {
          const alike = service.list({ namePattern: `${keyPair.name ?? ''}*` })
          for await (const listed of alike) if (listed.isOk()) await service.delete(listed.value)
          return result
        }),
    })),
  },
  {
    name: 'a delete of what is not there is an error',
    breaks: 4,
    killedBy: 'KP-DELETE-02',
    service: inStore((service) => ({
      delete: (keyPair, options) =>
        operation(async () => {
          const found = await service.get(keyPair)
          return found.isErr() ? err(found.error) : service.delete(keyPair, options)
        }),
    })),
  },
  {
    name: 'a delete that the cloud refuses is said to be done',
    breaks: 4,
    killedBy: 'KP-DELETE-07',
    driver: inDriver((driver) => ({
      doDeleteKeyPairs: async (keyPairs, context) => {
        await driver.doDeleteKeyPairs(keyPairs, context)
        return ok(keyPairs.map(({ id, name }) => ({ id: id ?? name, ok: true })))
      },
    })),
  },
  {
    name: 'a key pair in use is refused without a word who uses it',
    breaks: 12,
    killedBy: 'KP-DELETE-03',
    service: inStore((service) => ({
      delete: (keyPair, options) =>
        answering(service.delete(keyPair, options), (result) =>
          result.isErr() && result.error.code === 'in-use'
            ? err(saying(result.error, { details: { instanceIds: [], more: false } }))
            : result,
        ),
    })),
  },
  {
    name: 'a delete of many leaves out those that failed',
    breaks: 2,
    killedBy: 'KP-DELETE-05',
    service: inStore((service) => ({
      deleteMany: (keyPairs, options) =>
        answering(service.deleteMany(keyPairs, options), (result) => {
          if (result.isOk() || result.error.code !== 'incomplete') return result
          const { succeeded } = result.error.details.batch
          return ok({ items: succeeded, succeeded, failed: [], unknown: [] })
        }),
    })),
  },
  {
    name: 'an import that was not answered is sent again as if it were another',
    breaks: 4,
    killedBy: 'KP-FAULT-03',
    driver: inDriver((driver) => ({
      doImportKeyPair: async (request, context) => {
        const answer = await driver.doImportKeyPair(request, context)
        if (answer.isOk() || answer.error.outcome === 'none' || context.signal.aborted) return answer
        return driver.doImportKeyPair(request, { ...context, token: context.token && `${context.token}-anew` })
      },
    })),
  },
  {
    name: 'an import that is not to be seen yet is said not to be there',
    breaks: 4,
    killedBy: 'KP-LAG-01',
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
]

export const everyKeyPair = {
  kind: 'list',
  cursor: undefined,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

async function namesake(service: KeyPairStore, name: string): Promise<KeyPair | undefined> {
  for await (const listed of service.list({ namePattern: name })) return listed.isOk() ? listed.value : undefined
  return undefined
}

async function firstOf(service: KeyPairStore): Promise<Result<KeyPair, KeyPairError>> {
  for await (const listed of service.list()) return listed
  return service.get(nobody)
}

const nobody: KeyPairReference = { name: 'nobody' }
