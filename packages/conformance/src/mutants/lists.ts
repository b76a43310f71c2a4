import { type Capabilities, err, type KeyPair, type KeyPairError, ok, type Result } from '@cloud-keypair/core'
import { type CallContext, type KeyPairHandle, type KeyPairStoreDriver, refusal } from '@cloud-keypair/core/driver'
import { handleOf } from '../expect.js'
import { meaningfulCharacters } from '../names.js'
import { saying } from './answers.js'
import { inDriver, inStore, ofDriver, ofInstances, ofService, ofStore, withInstances } from './break.js'
import { emptyIfFailed, endedShort, forgets, lastPage, pages } from './changes.js'
import { type Fault, killedBy, type Mutant, paged, when } from './mutant.js'

/** Ways to lose, double or invent what a list gives. */
export const listMutants: readonly Mutant[] = [
  ...killedBy('KP-LIST-01', 3, paged, {
    'a list stops at its first page': pages('doDescribeKeyPairs', lastPage),
    'a list loses the last item of each page': pages('doDescribeKeyPairs', (page) =>
      page.cursor === undefined ? page : { ...page, items: page.items.slice(0, -1) },
    ),
    'a list begins again with each page': ofDriver('doDescribeKeyPairs', (driver, request, context) =>
      driver.doDescribeKeyPairs({ ...request, cursor: undefined }, context),
    ),
  }),
  ...killedBy('KP-LIST-01', 3, {
    'a list gives every key pair twice': ofStore('list', async function* (service, options) {
      for await (const listed of service.list(options)) yield* [listed, listed]
    }),
  }),
  ...killedBy('KP-LIST-07', 3, paged, {
    'a page names the wrong pages after it': pages('doDescribeKeyPairs', (page) =>
      page.cursor === undefined ? page : { ...page, ahead: [page.cursor, page.cursor] },
    ),
  }),
  ...killedBy('KP-LIST-10', 3, paged, {
    'a list of key pairs ends at a page that is cut short': ofDriver(
      'doDescribeKeyPairs',
      async (driver, request, context) =>
        endedShort(await driver.doDescribeKeyPairs(request, context), request.kind === 'list' ? request.pageSize : 0),
    ),
    'a look-up ends at a page that is cut short': when(
      ({ lookup }) => lookup.items > 1,
      ofDriver('doDescribeKeyPairs', async (driver, request, context) =>
        endedShort(
          await driver.doDescribeKeyPairs(request, context),
          request.kind === 'exact' ? request.keyPairs.length : 0,
        ),
      ),
    ),
  }),
  ...killedBy('KP-LIST-10', 3, {
    'a list of instances ends at a page that is cut short': ofDriver(
      'doDescribeInstances',
      async (driver, request, context) =>
        endedShort(await driver.doDescribeInstances(request, context), request.kind === 'exact' ? 0 : 100),
    ),
    'a read of instances ends at a page that is cut short': ofInstances(
      'doDescribeInstances',
      async (driver, request, context) =>
        endedShort(
          await driver.doDescribeInstances(request, context),
          request.kind === 'exact' ? request.instanceIds.length : 0,
        ),
    ),
  }),
  ...killedBy('KP-LIST-11', 3, paged, {
    'a list fails if the key pair that its page begins after is gone': inDriver((driver) => {
      let last: KeyPair | undefined
      return {
        doDescribeKeyPairs: async (request, context) => {
          const isLater = request.kind === 'list' && request.cursor !== undefined
          const left = isLater && last !== undefined ? await found(driver, last, context) : true
          if (!left) return err(refusal('busy', 'the key pair that the page begins after is gone'))
          const page = await driver.doDescribeKeyPairs(request, context)
          if (request.kind === 'list' && page.isOk()) last = page.value.items.at(-1)
          return page
        },
      }
    }),
  }),
  ...killedBy('KP-LIST-12', 3, paged, {
    'a list gives a later page again if its last key pair is deleted meanwhile': ofStore(
      'list',
      async function* (service, options) {
        const { pageSize } = service.capabilities
        const given: Result<KeyPair, KeyPairError>[] = []
        for await (const listed of service.list(options)) {
          given.push(listed)
          yield listed
          const isEndOfPage = given.length > pageSize && given.length % pageSize === 0
          if (isEndOfPage && listed.isOk() && (await service.get(listed.value)).isErr())
            yield* given.slice(-pageSize, -1)
        }
      },
    ),
  }),
  ...killedBy('KP-GET-06', 11, takesQuestionMarks, {
    'a list loses what has a question mark in its name': pages('doDescribeKeyPairs', (page) => ({
      ...page,
      items: page.items.filter(({ name }) => !name.includes('?')),
    })),
    'a look-up of a name cuts it at a question mark': when(
      ({ identity }) => identity.includes('name'),
      ofDriver('doDescribeKeyPairs', (driver, request, context) =>
        driver.doDescribeKeyPairs(request.kind === 'exact' ? { ...request, keyPairs: cut(request) } : request, context),
      ),
    ),
  }),
  ...killedBy('KP-LIST-02', 11, {
    'a list ignores its pattern': forgets('list', 'namePattern'),
    'a list matches only the beginning of names': ofStore('list', (service, options = {}) =>
      service.list(
        options.namePattern === undefined ? options : { ...options, namePattern: `${options.namePattern}*` },
      ),
    ),
    'a list ignores the case of letters': ofStore(
      'list',
      async function* (service, { namePattern = '*', ...options } = {}) {
        const beginning = namePattern.split('*')[0] ?? ''
        for await (const listed of service.list(options)) {
          const name = listed.isOk() ? listed.value.name.toLowerCase() : ''
          if (listed.isErr() || name.startsWith(beginning.toLowerCase())) yield listed
        }
      },
    ),
  }),
  ...killedBy('KP-LIST-03', 1, {
    'a list ends silently if a page fails': ofStore('list', async function* (service, options) {
      for await (const listed of service.list(options)) if (listed.isOk()) yield listed
    }),
    'a list continues after its error': ofStore('list', async function* (service, options) {
      for await (const listed of service.list(options)) {
        yield listed
        if (listed.isErr()) yield ok({ name: 'kAfter' })
      }
    }),
    'a list throws if a page fails': ofStore('list', async function* (service, options) {
      for await (const listed of service.list(options)) {
        if (listed.isErr()) throw listed.error
        yield listed
      }
    }),
  }),
  ...killedBy('KP-LIST-03', 4, {
    'a failed list is an empty one': emptyIfFailed('doDescribeKeyPairs'),
  }),
  ...killedBy('KP-LIST-03', 12, {
    'every error is not-found': inStore((service) => ({
      async *list(options) {
        for await (const listed of service.list(options)) yield listed.mapErr(notFound)
      },
      get: (keyPair, options) => service.get(keyPair, options).mapErr(notFound),
    })),
  }),
  ...killedBy('KP-LIST-04', 11, ({ tags }) => tags !== 'none', {
    'a list ignores the given tags': forgets('list', 'tags'),
  }),
  ...killedBy('KP-LIST-06', 11, {
    'a list ignores the given group': forgets('list', 'group'),
  }),
  ...killedBy('KP-LIST-08', 9, ({ tags }) => tags !== 'none', {
    'a tag with an empty value is lost': pages('doDescribeKeyPairs', (page) => ({
      ...page,
      items: page.items.map(({ tags = {}, ...keyPair }) => ({
        ...keyPair,
        tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== '')),
      })),
    })),
    'a list by an empty value of a tag finds nothing': pages('doDescribeKeyPairs', (page, request) =>
      request.kind === 'list' && Object.values(request.tags).includes('') ? { ...page, items: [] } : page,
    ),
  }),
  ...killedBy('KP-LIST-09', 9, ({ tags }) => tags !== 'none', {
    'a list filters by the first ten tags alone': ofStore('list', (service, { tags = {}, ...options } = {}) =>
      service.list({ ...options, tags: Object.fromEntries(Object.entries(tags).slice(0, 10)) }),
    ),
  }),
  ...killedBy('KP-LIST-05', 11, {
    'a fingerprint is compared with its colons and its case': ofStore('list', async function* (service, options = {}) {
      const { fingerprint } = options
      for await (const listed of service.list(options)) {
        if (fingerprint === undefined || (listed.isOk() && listed.value.fingerprint === fingerprint)) yield listed
      }
    }),
  }),
  ...killedBy('KP-USAGES-01', 3, { 'usages stop at their first page': pages('doDescribeInstances', lastPage) }),
  ...killedBy('KP-USAGES-01', 2, {
    'usages name an instance twice': ofStore('usages', async function* (service, keyPair, options) {
      let first = true
      for await (const used of service.usages(keyPair, options)) {
        yield* first ? [used, used] : [used]
        first = false
      }
    }),
    'usages leave out the last instance': ofStore('usages', async function* (service, keyPair, options) {
      let seen = 0
      for await (const used of service.usages(keyPair, options)) if ((seen += 1) < 250) yield used
    }),
  }),
  ...killedBy('KP-USAGES-02', 3, {
    'usages read each instance alone': ofDriver('doDescribeInstances', async (driver, request, context) => {
      const page = await driver.doDescribeInstances(request, context)
      for (const { id } of page.isOk() ? page.value.items : [])
        await driver.doDescribeInstances({ kind: 'exact', instanceIds: [id], cursor: undefined }, context)
      return page
    }),
  }),
  ...killedBy('KP-USAGES-04', 4, { 'usages name a terminated instance': alsoUsedBy('i-apart') }),
  ...killedBy('KP-USAGES-05', 4, { 'usages name an instance of another user': alsoUsedBy('i-apart') }),
  ...killedBy('KP-USAGES-06', 3, {
    'usages end at a page without an instance of the own user': pages('doDescribeInstances', (page) =>
      page.items.length === 0 ? lastPage(page) : page,
    ),
  }),
  ...killedBy('KP-USAGES-03', 4, {
    'usages report every instance as running': ofStore('usages', async function* (service, keyPair, options) {
      for await (const used of service.usages(keyPair, options))
        yield used.map((usage) => ({ ...usage, power: 'running' as const }))
    }),
  }),
  ...killedBy('KP-USAGES-03', 11, withInstances, {
    'usages swap names and ids': ofStore('usages', async function* (service, keyPair, options) {
      for await (const used of service.usages(keyPair, options))
        yield used.map((usage) => ({
          ...usage,
          matchedBy: usage.matchedBy === 'id' ? ('name' as const) : ('id' as const),
        }))
    }),
  }),
  ...killedBy('KP-BINDINGS-01', 2, {
    'bindings leave out missing instances': ofService('bindings', (service, ids, options) =>
      service.bindings(ids, options).map((all) => all.filter(({ status }) => status !== 'not-found')),
    ),
    'bindings leave out duplicates': ofService('bindings', (service, ids, options) =>
      service.bindings([...new Set(ids)], options),
    ),
  }),
]

function notFound(error: KeyPairError): KeyPairError {
  return saying(error, { code: 'not-found', details: {} })
}

/** Names one more user of a key pair. */
function alsoUsedBy(instanceId: string): Fault {
  return ofStore('usages', async function* (service, keyPair, options) {
    for await (const used of service.usages(keyPair, options)) {
      yield used
      yield used.map((usage) => ({ ...usage, instanceId }))
    }
  })
}

/** True if a name may have a question mark. */
function takesQuestionMarks({ name }: Capabilities): boolean {
  return meaningfulCharacters(name).includes('?')
}

function cut({ keyPairs }: { readonly keyPairs: readonly KeyPairHandle[] }): readonly KeyPairHandle[] {
  return keyPairs.map((handle) =>
    handle.by === 'name' ? { by: 'name', name: handle.name.replace(/\?.*/, '') } : handle,
  )
}

async function found(driver: KeyPairStoreDriver, keyPair: KeyPair, context: CallContext): Promise<boolean> {
  const request = { kind: 'exact', keyPairs: [handleOf(keyPair)], cursor: undefined } as const
  const page = await driver.doDescribeKeyPairs(request, context)
  return page.isErr() || page.value.items.length > 0
}
