import { type KeyPairError, ok } from '@cloud-keypair/core'
import { inDriver, inStore, saying, withInstances } from './break.js'
import type { Mutant } from './mutant.js'

/** Ways to lose, double or invent what a list gives. */
export const listMutants: readonly Mutant[] = [
  {
    name: 'a list stops at its first page',
    breaks: 3,
    killedBy: 'KP-LIST-01',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).map(({ items }) => ({ items })),
    })),
  },
  {
    name: 'a list loses the last item of each page',
    breaks: 3,
    killedBy: 'KP-LIST-01',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: async (request, context) =>
        (await driver.doDescribeKeyPairs(request, context)).map((page) =>
          page.cursor === undefined ? page : { ...page, items: page.items.slice(0, -1) },
        ),
    })),
  },
  {
    name: 'a list begins again with each page',
    breaks: 3,
    killedBy: 'KP-LIST-01',
    driver: inDriver((driver) => ({
      doDescribeKeyPairs: (request, context) => driver.doDescribeKeyPairs({ ...request, cursor: undefined }, context),
    })),
  },
  {
    name: 'a list gives every key pair twice',
    breaks: 3,
    killedBy: 'KP-LIST-01',
    service: inStore((service) => ({
      async *list(options) {
        for await (const listed of service.list(options)) {
          yield listed
          yield listed
        }
      },
    })),
  },
  {
    name: 'a list ignores its pattern',
    breaks: 11,
    killedBy: 'KP-LIST-02',
    service: inStore((service) => ({
      list: ({ namePattern: _, ...options } = {}) => service.list(options),
    })),
  },
  {
    name: 'a list takes a pattern for the beginning of names',
    breaks: 11,
    killedBy: 'KP-LIST-02',
    service: inStore((service) => ({
      list: (options = {}) =>
        service.list(
          options.namePattern === undefined ? options : { ...options, namePattern: `${options.namePattern}*` },
        ),
    })),
  },
  {
    name: 'a list takes the case of letters for nothing',
    breaks: 11,
    killedBy: 'KP-LIST-02',
    service: inStore((service) => ({
      async *list({ namePattern = '*', ...options } = {}) {
        const beginning = namePattern.split('*')[0] ?? ''
        for await (const listed of service.list(options)) {
          const name = listed.isOk() ? listed.value.name.toLowerCase() : ''
          if (listed.isErr() || name.startsWith(beginning.toLowerCase())) yield listed
        }
      },
    })),
  },
  {
    name: 'a list ends without a word where a page fails',
    breaks: 1,
    killedBy: 'KP-LIST-03',
    service: inStore((service) => ({
      async *list(options) {
        for await (const listed of service.list(options)) if (listed.isOk()) yield listed
      },
    })),
  },
  {
    name: 'a list goes on after its error',
    breaks: 1,
    killedBy: 'KP-LIST-03',
    service: inStore((service) => ({
      async *list(options) {
        for await (const listed of service.list(options)) {
          yield listed
          if (listed.isErr()) yield ok({ name: 'k-after' })
        }
      },
    })),
  },
  {
    name: 'a list throws where a page fails',
    breaks: 1,
    killedBy: 'KP-LIST-03',
    service: inStore((service) => ({
      async *list(options) {
        for await (const listed of service.list(options)) {
          if (listed.isErr()) throw listed.error
          yield listed
        }
      },
    })),
  },
  {
    name: 'every error is not-found',
    breaks: 12,
    killedBy: 'KP-LIST-03',
    service: inStore((service) => ({
      async *list(options) {
        for await (const listed of service.list(options)) yield listed.mapErr(notFound)
      },
      get: (keyPair, options) => service.get(keyPair, options).mapErr(notFound),
    })),
  },
  {
    name: 'a list ignores the tags that it is to filter by',
    breaks: 11,
    killedBy: 'KP-LIST-04',
    appliesTo: ({ tags }) => tags !== 'none',
    service: inStore((service) => ({ list: ({ tags: _, ...options } = {}) => service.list(options) })),
  },
  {
    name: 'a list ignores the group that it is to filter by',
    breaks: 11,
    killedBy: 'KP-LIST-06',
    service: inStore((service) => ({ list: ({ group: _, ...options } = {}) => service.list(options) })),
  },
  {
    name: 'a fingerprint is compared with its colons and its case',
    breaks: 11,
    killedBy: 'KP-LIST-05',
    service: inStore((service) => ({
      async *list(options = {}) {
        const { fingerprint } = options
        for await (const listed of service.list(options)) {
          if (fingerprint === undefined || (listed.isOk() && listed.value.fingerprint === fingerprint)) yield listed
        }
      },
    })),
  },
  {
    name: 'usages stop at their first page',
    breaks: 3,
    killedBy: 'KP-USAGES-01',
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) =>
        (await driver.doDescribeInstances(request, context)).map(({ items }) => ({ items })),
    })),
  },
  {
    name: 'usages name an instance twice',
    breaks: 2,
    killedBy: 'KP-USAGES-01',
    service: inStore((service) => ({
      async *usages(keyPair, options) {
        let first = true
        for await (const used of service.usages(keyPair, options)) {
          yield used
          if (first) yield used
          first = false
        }
      },
    })),
  },
  {
    name: 'usages leave out the last instance',
    breaks: 2,
    killedBy: 'KP-USAGES-01',
    service: inStore((service) => ({
      async *usages(keyPair, options) {
        let seen = 0
        for await (const used of service.usages(keyPair, options)) if ((seen += 1) < 250) yield used
      },
    })),
  },
  {
    name: 'usages look at each instance by itself',
    breaks: 3,
    killedBy: 'KP-USAGES-02',
    driver: inDriver((driver) => ({
      doDescribeInstances: async (request, context) => {
        const page = await driver.doDescribeInstances(request, context)
        for (const { id } of page.isOk() ? page.value.items : [])
          await driver.doDescribeInstances({ kind: 'exact', instanceIds: [id], cursor: undefined }, context)
        return page
      },
    })),
  },
  {
    name: 'usages say of every instance that it runs',
    breaks: 4,
    killedBy: 'KP-USAGES-03',
    service: inStore((service) => ({
      async *usages(keyPair, options) {
        for await (const used of service.usages(keyPair, options))
          yield used.map((usage) => ({ ...usage, power: 'running' as const }))
      },
    })),
  },
  {
    name: 'usages take a name for an id, and the other way',
    breaks: 11,
    killedBy: 'KP-USAGES-03',
    appliesTo: withInstances,
    service: inStore((service) => ({
      async *usages(keyPair, options) {
        for await (const used of service.usages(keyPair, options))
          yield used.map((usage) => ({
            ...usage,
            matchedBy: usage.matchedBy === 'id' ? ('name' as const) : ('id' as const),
          }))
      },
    })),
  },
]

function notFound(error: KeyPairError): KeyPairError {
  return saying(error, { code: 'not-found', details: {} })
}
