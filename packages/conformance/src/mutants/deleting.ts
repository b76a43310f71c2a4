import { err, ok } from '@cloud-keypair/core'
import { allDeleted, deleteMatching, saying } from './answers.js'
import { inStore, ofDriver, ofStore } from './break.js'
import { followed, forgets, tells } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

/** Ways to get deleting key pairs wrong. */
export const deletingMutants: readonly Mutant[] = [
  ...killedBy('KP-DELETE-01', 4, {
    'a delete does nothing, and reports a success': ofDriver('doDeleteKeyPairs', async (_, keyPairs) =>
      ok(allDeleted(keyPairs)),
    ),
  }),
  ...killedBy('KP-DELETE-01', 10, {
    'a delete removes every key pair there is': followed('delete', (service) => deleteMatching(service)),
    'a delete also deletes key pairs whose names begin alike': followed('delete', (service, _, { name = '' }) =>
      deleteMatching(service, `${name}*`),
    ),
  }),
  ...killedBy('KP-DELETE-02', 4, {
    'a delete of a missing key pair is an error': ofStore('delete', (service, keyPair, options) =>
      service.get(keyPair).andThen(() => service.delete(keyPair, options)),
    ),
  }),
  ...killedBy('KP-DELETE-02', 4, {
    'a delete of a missing key pair is reported as a change': tells('delete', () => ({ changed: true })),
  }),
  ...killedBy('KP-DELETE-07', 4, {
    'a delete that the cloud refuses is reported as done': ofDriver(
      'doDeleteKeyPairs',
      async (driver, keyPairs, context) => {
        await driver.doDeleteKeyPairs(keyPairs, context)
        return ok(allDeleted(keyPairs))
      },
    ),
  }),
  ...killedBy('KP-DELETE-03', 12, {
    'a key pair in use is refused without its users': ofStore('delete', (service, keyPair, options) =>
      service
        .delete(keyPair, options)
        .mapErr((error) =>
          error.code === 'in-use' ? saying(error, { details: { instanceIds: [], more: false } }) : error,
        ),
    ),
  }),
  ...killedBy('KP-DELETE-05', 2, {
    'a delete of many leaves out those that failed': ofStore('deleteMany', (service, keyPairs, options) =>
      service.deleteMany(keyPairs, options).orElse((error) => {
        if (error.code !== 'incomplete') return err(error)
        const { succeeded } = error.details.batch
        return ok({ items: succeeded, succeeded, failed: [], unknown: [] })
      }),
    ),
  }),
  ...killedBy('KP-DELETE-09', 11, {
    'a delete with a public key deletes a key pair whatever its key': forgets('delete', 'publicKey'),
  }),
  ...killedBy('KP-DELETE-10', 6, ({ name }) => !name.unique, {
    'a delete with a public key deletes every key pair of the name': followed(
      'delete',
      async (service, result, { name = '' }) => {
        if (result.isOk()) await deleteMatching(service, name)
      },
    ),
  }),
  ...killedBy('KP-DELETE-12', 4, {
    'a delete fails while somebody else does the same': inStore((service) => {
      const doomed = new Set<string>()
      return {
        delete: (keyPair, options) => {
          const key = keyPair.id ?? keyPair.name ?? ''
          if (doomed.has(key)) {
            return service.get({ name: 'nobody' }).map(() => ({ id: key, status: 'succeeded', changed: false }))
          }
          doomed.add(key)
          return service.delete(keyPair, options)
        },
      }
    }),
  }),
]
