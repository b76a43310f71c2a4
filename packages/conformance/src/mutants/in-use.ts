import { collect, err, ok } from '@cloud-keypair/core'
import { answering, matching, operation } from './answers.js'
import { ofService, withInstances } from './break.js'
import { forgets, itemsOf, takenForDone, tells } from './changes.js'
import { comparable, killedBy, type Mutant, when } from './mutant.js'

const detachesFirst = ofService('delete', (service, keyPair, options) =>
  service.delete(keyPair, { ...options, ifInUse: 'detach' }),
)

/** Ways to get it wrong that instances have a key pair bound that is to go. */
export const inUseMutants: readonly Mutant[] = [
  ...killedBy('KP-INUSE-04', 6, {
    'a key pair in use is detached and deleted instead of refused': detachesFirst,
    'a key pair in use is detached and deleted by its key instead of refused': when(
      comparable,
      ofService('delete', (service, keyPair, options = {}) =>
        service.delete(keyPair, options.publicKey === undefined ? options : { ...options, ifInUse: 'detach' }),
      ),
    ),
    'a delete of many detaches key pairs in use instead of refusing them': ofService(
      'deleteMany',
      (service, keyPairs, options) => service.deleteMany(keyPairs, { ...options, ifInUse: 'detach' }),
    ),
  }),
  ...killedBy('KP-INUSE-01', 9, withInstances, {
    'a delete with ifInUse detach is refused': forgets('delete', 'ifInUse'),
  }),
  ...killedBy('KP-INUSE-01', 10, {
    'a delete also detaches the instances of other key pairs': ofService('delete', (service, keyPair, options) =>
      operation(async () => {
        for (const other of await matching(service)) {
          const users = (await collect(service.usages(other), { max: 100 })).unwrapOr([])
          const ids = users.map(({ instanceId }) => instanceId)
          await service.detach(other, ids)
        }
        return service.delete(keyPair, options)
      }),
    ),
  }),
  ...killedBy('KP-INUSE-01', 12, withInstances, {
    'a delete does not list the detached instances': tells('delete', () => ({ detached: undefined })),
  }),
  ...killedBy('KP-INUSE-02', 6, {
    'a delete is sent though a detach failed': ofService('delete', (service, keyPair, options) =>
      answering(service.delete(keyPair, options), async (result) => {
        const ifInUse = service.capabilities.delete.refusesInUse === true ? 'refuse' : 'delete-anyway'
        if (result.isErr() && result.error.code === 'incomplete') await service.delete(keyPair, { ifInUse })
        return result
      }),
    ),
  }),
  ...killedBy('KP-INUSE-02', 4, {
    'a detach that failed is taken for done, and the key pair is deleted': takenForDone('doDetachKeyPair', () => true),
    'a key pair that could not be detached is reported as deleted': ofService('delete', (service, keyPair, options) =>
      service
        .delete(keyPair, options)
        .orElse((error) =>
          error.code === 'incomplete'
            ? ok({ id: keyPair.id ?? keyPair.name ?? '', status: 'succeeded', changed: true } as const)
            : err(error),
        ),
    ),
  }),
  ...killedBy('KP-INUSE-06', 12, {
    'a detach does not warn that no login may be left': itemsOf('detach', (item) => item),
    'a delete after a detach does not warn that no login may be left': when(
      withInstances,
      tells('delete', () => ({ hint: undefined })),
    ),
  }),
  ...killedBy('KP-INUSE-06', 4, {
    'a detach warns although nothing was detached': tells('detach', () => ({ hint: 'There may be no login left.' })),
  }),
  ...killedBy('KP-INUSE-03', 9, ({ delete: { refusesInUse } }) => refusesInUse === true, {
    'a key pair in use is sent to a cloud that refuses such deletes': forgets('delete', 'ifInUse'),
  }),
  ...killedBy('KP-INUSE-03', 10, ({ delete: { refusesInUse } }) => refusesInUse === false, {
    'a key pair is detached although the cloud deletes it in use': detachesFirst,
  }),
  ...killedBy('KP-INUSE-10', 6, {
    'a key pair in use is sent to a cloud whose documents do not say if it refuses': ofService(
      'delete',
      (service, keyPair, options) => service.delete(keyPair, { ...options, ifInUse: 'delete-anyway' }),
    ),
  }),
  ...killedBy('KP-INUSE-10', 9, ({ delete: { refusesInUse } }) => refusesInUse !== true, {
    'a key pair in use is never sent to a cloud whose documents do not say if it refuses': forgets('delete', 'ifInUse'),
  }),
  ...killedBy('KP-INUSE-05', 2, {
    'one key pair that cannot be detached keeps the others from being deleted': ofService(
      'deleteMany',
      (service, keyPairs, options) =>
        service.deleteMany(keyPairs.slice(0, 1), options).andThen(() => service.deleteMany(keyPairs, options)),
    ),
  }),
]
