import { err, type KeyPair, type EnsuredKeyPair, ok } from '@cloud-keypair/core'
import { after, answering, clearingTags, deleteMatching, matching, operation, saying, refusedWith } from './answers.js'
import { inStore, ofDriver, ofStore } from './break.js'
import { followed, forgets, pages, preceded, tells, failures } from './changes.js'
import { comparable, type Fault, killedBy, type Mutant, when } from './mutant.js'
import { isChangeable } from '../changeable.js'

const keepsTags: Fault['appliesTo'] = ({ tags }) => isChangeable(tags)
const namesMayRepeat: Fault['appliesTo'] = ({ name }) => !name.unique

/** An import that takes a key pair for missing that is not listed yet. */
export const importsBlindly: Fault = ofDriver('doImportKeyPair', async (driver, request, context) => {
  const answer = await driver.doImportKeyPair(request, context)
  if (answer.isErr()) return answer
  const keyPairs = [{ by: 'name', name: request.name }] as const
  const seen = await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor: undefined }, context)
  return seen.isOk() && seen.value.items.length > 0 ? answer : err(refusedWith('not-found'))
})

/** Ways to get a key pair in place, or away, wrongly. */
export const ensuringMutants: readonly Mutant[] = [
  ...killedBy('KP-ENSURE-01', 4, {
    'an ensure says that it changed nothing when it imported': tells('ensure', () => ({ changed: false })),
    'an ensure reports a change that was not needed': tells('ensure', () => ({ changed: true })),
  }),
  ...killedBy('KP-ENSURE-01', 11, {
    'an ensure inverts `verified`': tells('ensure', ({ verified }) => ({
      verified: !verified,
    })),
  }),
  ...killedBy('KP-ENSURE-02', 11, {
    'an ensure deletes a key pair of another key': when(
      comparable,
      ofStore('ensure', (service, options) =>
        service
          .ensure(options)
          .orElse((error) =>
            error.code === 'conflict'
              ? after(deleteMatching(service, options.name), () => service.ensure(options))
              : err(error),
          ),
      ),
    ),
    'an ensure accepts a key pair of the name, whatever its key': when(
      comparable,
      ofStore('ensure', (service, options) =>
        answering(service.ensure(options), async (result) => {
          const [there] = result.isErr() ? await matching(service, options.name) : []
          return there === undefined ? result : ok(found(there, options.publicKey))
        }),
      ),
    ),
  }),
  // Without keys to compare, an ensure of a name that is taken is no error.
  ...killedBy('KP-ENSURE-02', 10, comparable, {
    'an ensure deletes a key pair of another key, and reports outcome none': followed(
      'ensure',
      async (service, result, { name }) => {
        if (result.isErr()) await deleteMatching(service, name)
      },
    ),
  }),
  ...killedBy('KP-ENSURE-02', 12, comparable, {
    'an ensure does not tell the fingerprint of the other key': ofStore('ensure', (service, options) =>
      service.ensure(options).mapErr((error) => (error.code === 'conflict' ? saying(error, { details: {} }) : error)),
    ),
  }),
  ...killedBy('KP-ENSURE-04', 10, keepsTags, {
    'an ensure replaces all tags': ofStore('ensure', (service, options) =>
      operation(async () => {
        const cleared = await clearingTags(service, options)
        return service.ensure(options.tags ? { ...options, tags: { ...cleared, ...options.tags } } : options)
      }),
    ),
  }),
  ...killedBy('KP-ENSURE-04', 4, keepsTags, {
    'an ensure leaves the metadata of an existing key pair, and reports a success': ofDriver(
      'doUpdateKeyPair',
      async () => ok(null),
    ),
  }),
  ...killedBy('KP-ENSURE-05', 9, {
    'an ensure drops the metadata that it is given': forgets('ensure', 'description', 'tags', 'group'),
  }),
  ...killedBy('KP-ENSURE-05', 10, keepsTags, {
    'an ensure sets present tags again': pages('doDescribeKeyPairs', (page) => ({
      ...page,
      items: page.items.map(({ tags: _, ...keyPair }) => keyPair),
    })),
  }),
  ...killedBy('KP-ENSURE-06', 4, {
    'an ensure ignores that others may import at the same time': ofStore('ensure', (service, { name, publicKey }) =>
      operation(async () => {
        const [there] = await matching(service, name)
        if (there !== undefined) return ok(found(there, publicKey))
        return (await service.import({ name, publicKey })).map((made) => ({ ...made, changed: true, duplicates: [] }))
      }),
    ),
  }),
  ...killedBy('KP-ENSURE-07', 6, {
    'an ensure deletes and imports each time': preceded('ensure', (service, { name }) => deleteMatching(service, name)),
    'an ensure removes the duplicates': when(
      namesMayRepeat,
      followed('ensure', async (service, result) => {
        for (const other of result.isOk() ? result.value.duplicates : []) await service.delete(other)
      }),
    ),
  }),
  ...killedBy('KP-ENSURE-07', 11, namesMayRepeat, {
    'an ensure returns any of several key pairs that have the key': inStore((service) => {
      let turn = 0
      return {
        ensure: (options) =>
          service.ensure(options).map((made) => {
            const [other] = (turn += 1) % 2 === 0 ? made.duplicates : []
            return other === undefined ? made : { ...found(other, options.publicKey), duplicates: [made] }
          }),
      }
    }),
  }),
  ...killedBy('KP-ENSURE-07', 12, namesMayRepeat, {
    'an ensure does not list duplicates': tells('ensure', () => ({ duplicates: [] })),
  }),
  ...killedBy('KP-ENSURE-08', 4, {
    'an ensure takes an unanswered import for a refusal': failures('doImportKeyPair', (failure) => ({
      ...failure,
      outcome: 'none',
      transient: false,
    })),
  }),
  ...killedBy('KP-ENSURE-09', 4, { 'an ensure does not wait until what it imported is listed': importsBlindly }),
]

function found(keyPair: KeyPair, publicKey: string): EnsuredKeyPair {
  return { ...keyPair, publicKey, verified: true, changed: false, duplicates: [] }
}
