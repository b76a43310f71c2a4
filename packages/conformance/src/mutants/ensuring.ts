import { err, type KeyPair, type EnsuredKeyPair, ok } from '@cloud-keypair/core'
import { after, answering, clearingTags, deleteMatching, matching, operation, saying, refusedWith } from './answers.js'
import { inStore, ofDriver, ofStore } from './break.js'
import { followed, forgets, pages, preceded, tells, failures } from './changes.js'
import { comparable, type Fault, killedBy, type Mutant, when } from './mutant.js'

const keepsTags: Fault['appliesTo'] = ({ tags }) => tags === 'any-time'
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
    'an ensure says that it changed what was so already': tells('ensure', () => ({ changed: true })),
  }),
  ...killedBy('KP-ENSURE-01', 11, {
    'an ensure says of what it compared that it did not, and the other way': tells('ensure', ({ verified }) => ({
      verified: !verified,
    })),
  }),
  ...killedBy('KP-ENSURE-02', 11, {
    'an ensure deletes the key pair that stands in its way': when(
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
    'an ensure takes a key pair of the name for its own, whatever its key': when(
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
    'an ensure deletes the key pair that stands in its way, and says that it did not': followed(
      'ensure',
      async (service, result, { name }) => {
        if (result.isErr()) await deleteMatching(service, name)
      },
    ),
  }),
  ...killedBy('KP-ENSURE-02', 12, comparable, {
    'an ensure does not say what the key in its way is': ofStore('ensure', (service, options) =>
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
    'an ensure leaves metadata of a key pair that is there as it is, and says that all is so': ofDriver(
      'doUpdateKeyPair',
      async () => ok(null),
    ),
  }),
  ...killedBy('KP-ENSURE-05', 9, {
    'an ensure drops the metadata that it is given': forgets('ensure', 'description', 'tags', 'group'),
  }),
  ...killedBy('KP-ENSURE-05', 10, keepsTags, {
    'an ensure sets tags each time that are there already': pages('doDescribeKeyPairs', (page) => ({
      ...page,
      items: page.items.map(({ tags: _, ...keyPair }) => keyPair),
    })),
  }),
  ...killedBy('KP-ENSURE-06', 4, {
    'an ensure looks, and then imports, without a thought of who does the same': ofStore(
      'ensure',
      (service, { name, publicKey }) =>
        operation(async () => {
          const [there] = await matching(service, name)
          if (there !== undefined) return ok(found(there, publicKey))
          return (await service.import({ name, publicKey })).map((made) => ({ ...made, changed: true, duplicates: [] }))
        }),
    ),
  }),
  ...killedBy('KP-ENSURE-07', 6, {
    'an ensure imports anew each time, in place of what is there': preceded('ensure', (service, { name }) =>
      deleteMatching(service, name),
    ),
    'an ensure removes the duplicates': when(
      namesMayRepeat,
      followed('ensure', async (service, result) => {
        for (const other of result.isOk() ? result.value.duplicates : []) await service.delete(other)
      }),
    ),
  }),
  ...killedBy('KP-ENSURE-07', 11, namesMayRepeat, {
    'an ensure gives now this one, now that, of several key pairs that have the key': inStore((service) => {
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
    'an ensure keeps quiet about duplicates': tells('ensure', () => ({ duplicates: [] })),
  }),
  ...killedBy('KP-ENSURE-08', 4, {
    'an ensure takes an import that was not answered for refused': failures('doImportKeyPair', (failure) => ({
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
