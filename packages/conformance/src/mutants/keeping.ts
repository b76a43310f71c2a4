import { err, type KeyPair, ok } from '@cloud-keypair/core'
import { importsBlindly } from './ensuring.js'
import { startList, matching, firstPage, operation, saying, answering, clearingTags } from './answers.js'
import { ofDriver, ofStore, inStore } from './break.js'
import { preceded, throws, followed } from './changes.js'
import { type Fault, killedBy, type Mutant, when } from './mutant.js'
import { isChangeable } from '../changeable.js'

const keepsTags: Fault['appliesTo'] = ({ tags }) => isChangeable(tags)

/** Ways to get importing, reading, changing and deleting key pairs wrong. */
export const keepingMutants: readonly Mutant[] = [
  ...killedBy('KP-IMPORT-05', 11, {
    'a name is cut off after ten characters': importsAs((name) => name.slice(0, 10)),
    'underscores of a name become hyphens': importsAs((name) => name.replaceAll('_', '-')),
  }),
  ...killedBy('KP-IMPORT-04', 1, {
    'a bad name is repaired silently': ofStore('import', (service, options) =>
      service.import({ ...options, name: options.name.replaceAll(/[^\w-]/g, '').slice(0, 20) || 'unnamed' }),
    ),
  }),
  ...killedBy('KP-IMPORT-07', 1, {
    'a description that is not Unicode is repaired silently': ofStore('import', (service, options) =>
      service.import({ ...options, description: options.description?.toWellFormed() }),
    ),
  }),
  ...killedBy('KP-IMPORT-03', 1, {
    'a bad public key is sent for the cloud to judge': preceded('import', startList),
  }),
  ...killedBy('KP-IMPORT-02', 6, {
    'an import of a taken name returns the existing key pair': ofStore('import', (service, options) =>
      answering(service.import(options), async (result) => {
        const [there] = result.isErr() ? await matching(service, options.name) : []
        return there === undefined ? result : ok({ ...there, publicKey: options.publicKey, verified: true })
      }),
    ),
    'an import of a taken name replaces the key, and reports already-exists': followed(
      'import',
      async (service, result, options) => {
        const [there] = result.isErr() ? await matching(service, options.name) : []
        if (there !== undefined) await service.delete(there).andThen(() => service.import(options))
      },
    ),
    'a taken name is an error of another code': ofStore('import', (service, options) =>
      service
        .import(options)
        .mapErr((error) => (error.code === 'already-exists' ? saying(error, { code: 'unknown' }) : error)),
    ),
  }),
  ...killedBy('KP-GET-01', 11, {
    'get returns the first key pair': ofStore('get', (service) =>
      operation(async () => {
        for await (const listed of service.list()) return listed
        return service.get({ name: 'nobody' })
      }),
    ),
  }),
  ...killedBy('KP-GET-02', 11, ({ identity }) => identity.includes('name'), {
    'get accepts a name that begins with the given one': ofStore('get', (service, keyPair, options) =>
      answering(service.get(keyPair, options), async (result) => {
        if (result.isOk() || keyPair.name === undefined) return result
        for await (const listed of service.list({ namePattern: `${keyPair.name}*` })) return listed
        return result
      }),
    ),
  }),
  ...killedBy('KP-GET-05', 1, {
    'get throws if there is no such key pair': throws('get'),
  }),
  ...killedBy('KP-GET-05', 4, {
    'get returns a cached answer': inStore((service) => {
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
  }),
  ...killedBy('KP-UPDATE-01', 10, keepsTags, {
    'an update replaces all tags': ofStore('update', (service, keyPair, options) =>
      operation(async () => {
        const cleared = await clearingTags(service, keyPair)
        return service.update(keyPair, options.tags ? { ...options, tags: { ...cleared, ...options.tags } } : options)
      }),
    ),
    'an update tags another key pair too': ofDriver('doUpdateKeyPair', async (driver, request, context) => {
      for (const keyPair of (await firstPage(driver, context)).items) {
        const token = `${context.token}-${keyPair.name}`
        await driver.doUpdateKeyPair({ ...request, keyPair }, { ...context, token })
      }
      return ok(null)
    }),
  }),
  ...killedBy('KP-UPDATE-01', 4, keepsTags, {
    'an update leaves a tag that it should remove': ofDriver('doUpdateKeyPair', async (driver, request, context) =>
      request.change.kind === 'remove-tags' ? ok(null) : driver.doUpdateKeyPair(request, context),
    ),
  }),
  ...killedBy('KP-UPDATE-02', 4, ({ description }) => isChangeable(description), {
    'a description cannot be cleared': ofStore('update', (service, keyPair, options) =>
      options.description === '' ? service.get(keyPair) : service.update(keyPair, options),
    ),
  }),
  ...killedBy('KP-UPDATE-03', 9, {
    'unsupported metadata is dropped silently, with all other metadata': ofStore(
      'import',
      (service, { name, publicKey, signal, deadlineMs }) => service.import({ name, publicKey, signal, deadlineMs }),
    ),
  }),
  ...killedBy('KP-UPDATE-03', 9, ({ tags }) => tags !== 'none', {
    'an import keeps only the first of its tags': ofStore('import', (service, { tags = {}, ...options }) =>
      service.import({ ...options, tags: Object.fromEntries(Object.entries(tags).slice(0, 1)) }),
    ),
  }),
  ...killedBy('KP-UPDATE-04', 4, ({ tags, description }) => isChangeable(tags) || isChangeable(description), {
    'an update of a deleted key pair is a success': ofStore('update', (service, keyPair, options) =>
      service
        .update(keyPair, options)
        .orElse((error) => (error.code === 'not-found' ? ok({ name: keyPair.name ?? '' }) : err(error))),
    ),
  }),
  ...killedBy('KP-FAULT-03', 4, {
    'an unanswered import is resent with a new token': ofDriver('doImportKeyPair', async (driver, request, context) => {
      const answer = await driver.doImportKeyPair(request, context)
      if (answer.isOk() || answer.error.outcome === 'none' || context.signal.aborted) return answer
      return driver.doImportKeyPair(request, { ...context, token: context.token && `${context.token}-anew` })
    }),
  }),
  ...killedBy('KP-LAG-01', 4, { 'an import that is not to be seen yet is said not to be there': importsBlindly }),

  ...killedBy('KP-UPDATE-05', 4, {
    'an update removes only the first of the given tags': when(
      keepsTags,
      ofDriver('doUpdateKeyPair', (driver, request, context) => {
        const { change } = request
        if (change.kind !== 'remove-tags') return driver.doUpdateKeyPair(request, context)
        return driver.doUpdateKeyPair({ ...request, change: { ...change, keys: change.keys.slice(0, 1) } }, context)
      }),
    ),
  }),
]

function importsAs(rename: (name: string) => string): Fault {
  return ofDriver('doImportKeyPair', (driver, request, context) =>
    driver.doImportKeyPair({ ...request, name: rename(request.name) }, context),
  )
}
