import { collect, type DeletedItem, err, ok } from '@cloud-keypair/core'
import {
  allDone,
  answering,
  batchIn,
  batchWith,
  incompleteWith,
  inInstanceDriver,
  inService,
  inStore,
  operation,
  withInstances,
} from './break.js'
import type { Mutant } from './mutant.js'

/** Ways to get it wrong that instances have a key pair bound that is to go. */
export const inUseMutants: readonly Mutant[] = [
  {
    name: 'a key pair in use is detached and deleted though it is to be refused',
    breaks: 6,
    killedBy: 'KP-INUSE-04',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, options) => service.delete(keyPair, { ...options, ifInUse: 'detach' }),
    })),
  },
  {
    name: 'ensureAbsent detaches a key pair in use though it is to refuse it',
    breaks: 6,
    killedBy: 'KP-INUSE-04',
    appliesTo: withInstances,
    service: inService((service) => ({
      ensureAbsent: (keyPair, options) => service.ensureAbsent(keyPair, { ...options, ifInUse: 'detach' }),
    })),
  },
  {
    name: 'a delete of many detaches key pairs in use though it is to refuse them',
    breaks: 6,
    killedBy: 'KP-INUSE-04',
    appliesTo: withInstances,
    service: inService((service) => ({
      deleteMany: (keyPairs, options) => service.deleteMany(keyPairs, { ...options, ifInUse: 'detach' }),
    })),
  },
  {
    name: 'a detach that is wanted before a delete is refused all the same',
    breaks: 9,
    killedBy: 'KP-INUSE-01',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, { ifInUse: _, ...options } = {}) => service.delete(keyPair, options),
    })),
  },
  {
    name: 'a delete is sent though a detach failed',
    breaks: 6,
    killedBy: 'KP-INUSE-02',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, options) =>
        answering(service.delete(keyPair, options), async (result) => {
          const { refusesInUse } = service.capabilities.delete
          if (result.isErr() && result.error.code === 'incomplete')
            await service.delete(keyPair, { ifInUse: refusesInUse ? 'refuse' : 'delete-anyway' })
          return result
        }),
    })),
  },
  {
    name: 'a detach that failed is taken for done, and the key pair is deleted',
    breaks: 4,
    killedBy: 'KP-INUSE-02',
    appliesTo: withInstances,
    driver: inInstanceDriver((driver) => ({
      doDetachKeyPair: async (request, context) => {
        await driver.doDetachKeyPair(request, context)
        return ok(allDone(request.instanceIds))
      },
    })),
  },
  {
    name: 'a key pair that could not be detached is said to be deleted',
    breaks: 4,
    killedBy: 'KP-INUSE-02',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, options) =>
        answering(service.delete(keyPair, options), (result) =>
          result.isErr() && result.error.code === 'incomplete' ? ok(deleted(keyPair.id ?? keyPair.name)) : result,
        ),
    })),
  },
  {
    name: 'the instances of other key pairs are detached with those of the one to delete',
    breaks: 10,
    killedBy: 'KP-INUSE-01',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, options) =>
        operation(async () => {
          for await (const other of service.list()) {
            if (other.isErr()) continue
            const users = (await collect(service.usages(other.value), { max: 100 })).unwrapOr([])
            await service.detach(
              other.value,
              users.map(({ instanceId }) => instanceId),
            )
          }
          return service.delete(keyPair, options)
        }),
    })),
  },
  {
    name: 'a delete does not say from which instances it detached',
    breaks: 12,
    killedBy: 'KP-INUSE-01',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, options) => service.delete(keyPair, options).map(({ detached: _, ...item }) => item),
    })),
  },
  {
    name: 'a detach does not warn that no login may be left',
    breaks: 12,
    killedBy: 'KP-INUSE-06',
    appliesTo: withInstances,
    service: inService((service) => ({
      detach: (keyPair, ids, options) =>
        answering(service.detach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          if (batch === undefined) return result
          const silent = batchWith(batch.items)
          return result.isOk() ? ok(silent) : err(incompleteWith(result.error, silent))
        }),
    })),
  },
  {
    name: 'a delete after a detach does not warn that no login may be left',
    breaks: 12,
    killedBy: 'KP-INUSE-06',
    appliesTo: withInstances,
    service: inService((service) => ({
      delete: (keyPair, options) => service.delete(keyPair, options).map(({ hint: _, ...item }) => item),
    })),
  },
  {
    name: 'a detach warns where nothing was detached',
    breaks: 4,
    killedBy: 'KP-INUSE-06',
    appliesTo: withInstances,
    service: inService((service) => ({
      detach: (keyPair, ids, options) =>
        service.detach(keyPair, ids, options).map((batch) => ({ ...batch, hint: 'There may be no login left.' })),
    })),
  },
  {
    name: 'what the cloud does not delete while it is in use is sent for deletion anyway',
    breaks: 9,
    killedBy: 'KP-INUSE-03',
    appliesTo: ({ delete: { refusesInUse } }) => refusesInUse,
    service: inStore((service) => ({
      delete: (keyPair, { ifInUse: _, ...options } = {}) => service.delete(keyPair, options),
    })),
  },
  {
    name: 'a key pair that is to be deleted anyway is detached first',
    breaks: 10,
    killedBy: 'KP-INUSE-03',
    appliesTo: ({ delete: { refusesInUse }, instances }) => !refusesInUse && instances !== false,
    service: inService((service) => ({
      delete: (keyPair, options) => service.delete(keyPair, { ...options, ifInUse: 'detach' }),
    })),
  },
  {
    name: 'one key pair that cannot be detached keeps the others from being deleted',
    breaks: 2,
    killedBy: 'KP-INUSE-05',
    appliesTo: withInstances,
    service: inService((service) => ({
      deleteMany: (keyPairs, options) =>
        operation(async () => {
          const first = await service.deleteMany(keyPairs.slice(0, 1), options)
          return first.isErr() ? first : service.deleteMany(keyPairs, options)
        }),
    })),
  },
]

function deleted(id: string | undefined): DeletedItem {
  return { id: id ?? '', status: 'succeeded', changed: true }
}
