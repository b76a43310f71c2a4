import { type InstanceBatch, err, type InstanceItem, type KeyPairHandle, ok } from '@cloud-keypair/core'
import {
  allDone,
  answering,
  batchIn,
  batchWith,
  deniedLike,
  incompleteWith,
  inInstanceDriver,
  inService,
  operation,
  powerUnasked,
  saying,
  withInstances,
} from './break.js'
import { everyKeyPair } from './keeping.js'
import type { Mutant } from './mutant.js'

const stopsRunning: Mutant['appliesTo'] = ({ instances }) => instances !== false && instances.power.includes('running')
const startsStopped: Mutant['appliesTo'] = ({ instances }) => instances !== false && instances.power.includes('stopped')

const wrongChanges: readonly Mutant[] = [
  {
    name: 'an attach says that all is done when one failed',
    breaks: 4,
    killedBy: 'KP-ATTACH-08',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          return batch === undefined ? result : ok(batchWith(batch.items.map(({ id }) => done(id))))
        }),
    })),
  },
  {
    name: 'an attach leaves out what failed',
    breaks: 2,
    killedBy: 'KP-ATTACH-08',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          return batch === undefined ? result : ok(batchWith(batch.succeeded))
        }),
    })),
  },
  {
    name: 'Ok comes with failed items',
    breaks: 4,
    killedBy: 'KP-ATTACH-08',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          return batch === undefined ? result : ok(batch)
        }),
    })),
  },
  {
    name: 'the items of an attach come in another order',
    breaks: 2,
    killedBy: 'KP-ATTACH-07',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        service
          .attach(keyPair, ids, options)
          .map(({ items }) => batchWith(items.toSorted((a, b) => (a.id < b.id ? -1 : 1)))),
    })),
  },
  {
    name: 'an id that is given twice gets one item',
    breaks: 2,
    killedBy: 'KP-ATTACH-07',
    service: inService((service) => ({
      attach: (keyPair, ids, options) => service.attach(keyPair, [...new Set(ids)], options),
    })),
  },
  {
    name: 'an id is sent twice in one call',
    breaks: 2,
    killedBy: 'KP-ATTACH-07',
    appliesTo: ({ instances }) => instances !== false && instances.change.items > 2,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: (request, context) =>
        driver.doAttachKeyPair(
          { ...request, instanceIds: [...request.instanceIds, ...request.instanceIds.slice(0, 1)] },
          context,
        ),
    })),
  },
  {
    name: 'a call carries one instance more than the limit',
    breaks: 3,
    killedBy: 'KP-LIMIT-02',
    driver: inInstanceDriver((driver) => {
      const extra = driver.capabilities.instances === false ? 0 : driver.capabilities.instances.change.items
      return {
        doAttachKeyPair: (request, context) => {
          const { instanceIds } = request
          const more = instanceIds.length === extra ? instanceIds.slice(0, 1) : []
          return driver.doAttachKeyPair({ ...request, instanceIds: [...instanceIds, ...more] }, context)
        },
      }
    }),
  },
  {
    name: 'instances are sent one by one',
    breaks: 3,
    killedBy: 'KP-LIMIT-01',
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        for (const [index, id] of request.instanceIds.entries()) {
          const token = context.token && `${context.token}-${index}`
          const answer = await driver.doAttachKeyPair({ ...request, instanceIds: [id] }, { ...context, token })
          if (answer.isErr()) return answer
        }
        return ok(allDone(request.instanceIds))
      },
    })),
  },
  {
    name: 'what comes after a failed call is not sent, and said to be done',
    breaks: 3,
    killedBy: 'KP-LIMIT-03',
    driver: inInstanceDriver((driver) => {
      let failed = false
      return {
        doAttachKeyPair: async (request, context) => {
          if (failed) return ok(allDone(request.instanceIds))
          const answer = await driver.doAttachKeyPair(request, context)
          failed ||= answer.isErr()
          return answer
        },
      }
    }),
  },
  {
    name: 'one failed call hides the others',
    breaks: 3,
    killedBy: 'KP-LIMIT-03',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          const first = batchIn(result)?.failed[0]
          return first === undefined ? result : err(deniedLike(first.error))
        }),
    })),
  },
  {
    name: 'a failed call is said to be done for its instances',
    breaks: 4,
    killedBy: 'KP-LIMIT-03',
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        await driver.doAttachKeyPair(request, context)
        return ok(allDone(request.instanceIds))
      },
    })),
  },
  {
    name: 'an attach does nothing, and says that it did',
    breaks: 4,
    killedBy: 'KP-ATTACH-01',
    driver: inInstanceDriver(() => ({ doAttachKeyPair: async ({ instanceIds }) => ok(allDone(instanceIds)) })),
  },
  {
    name: 'a detach does nothing, and says that it did',
    breaks: 4,
    killedBy: 'KP-DETACH-01',
    driver: inInstanceDriver(() => ({ doDetachKeyPair: async ({ instanceIds }) => ok(allDone(instanceIds)) })),
  },
  {
    name: 'a detach names another key pair than the one given',
    breaks: 6,
    killedBy: 'KP-DETACH-03',
    driver: inInstanceDriver((driver) => ({
      doDetachKeyPair: async (request, context) => {
        const all = await driver.doDescribeKeyPairs(
          { ...everyKeyPair, pageSize: driver.capabilities.pageSize },
          context,
        )
        const handles = (all.isOk() ? all.value.items : []).map(({ id, name }): KeyPairHandle =>
          id === undefined ? { by: 'name', name } : { by: 'id', id },
        )
        const another = handles.find((handle) => JSON.stringify(handle) !== JSON.stringify(request.keyPair))
        return driver.doDetachKeyPair({ ...request, keyPair: another ?? request.keyPair }, context)
      },
    })),
  },
  {
    name: 'a detach takes another key pair away that is in the place of the one given',
    breaks: 6,
    killedBy: 'KP-DETACH-03',
    service: inService((service) => ({
      detach: (keyPair, ids, options) =>
        answering(service.detach(keyPair, ids, options), async (result) => {
          const batch = batchIn(result)
          if (batch === undefined) return result
          for (const { id, error } of batch.failed) {
            const name = error.code === 'conflict' ? error.details.actual : undefined
            for await (const listed of service.list()) {
              if (listed.isOk() && (listed.value.name === name || listed.value.id === name))
                await service.detach(listed.value, [id])
            }
          }
          return ok(batchWith(batch.items.map(({ id }) => done(id))))
        }),
    })),
  },
  {
    name: 'a detach of another key pair is a success without a change',
    breaks: 6,
    killedBy: 'KP-DETACH-03',
    service: inService((service) => ({
      detach: (keyPair, ids, options) =>
        answering(service.detach(keyPair, ids, options), (result) => {
          const batch = batchIn(result)
          if (batch === undefined) return result
          return ok(
            batchWith(
              batch.items.map((item) => (item.status === 'failed' ? { ...done(item.id), changed: false } : item)),
            ),
          )
        }),
    })),
  },
  {
    name: 'onlyIfVacant is ignored',
    breaks: 6,
    killedBy: 'KP-ATTACH-06',
    service: inService((service) => ({
      attach: (keyPair, ids, options) => service.attach(keyPair, ids, { ...options, onlyIfVacant: false }),
    })),
  },
  {
    name: 'a conflict does not say with which key pair',
    breaks: 12,
    killedBy: 'KP-ATTACH-06',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) =>
          changingItems(result, (item) =>
            item.status === 'failed' && item.error.code === 'conflict'
              ? { ...item, error: saying(item.error, { details: {} }) }
              : item,
          ),
        ),
    })),
  },
  {
    name: 'the key pair that an attach took the place of is not named',
    breaks: 6,
    killedBy: 'KP-ATTACH-05',
    appliesTo: ({ instances }) => instances !== false && instances.replaces === true,
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        service
          .attach(keyPair, ids, options)
          .map(({ items }) => batchWith(items.map((item) => (item.status === 'succeeded' ? done(item.id) : item)))),
    })),
  },
  {
    name: 'an instance in no state for it is said to be done',
    breaks: 4,
    killedBy: 'KP-ATTACH-09',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) =>
          changingItems(result, (item) =>
            item.status === 'failed' && item.error.code === 'instance-state' ? done(item.id) : item,
          ),
        ),
    })),
  },
  {
    name: 'an attach stops the instance and leaves it stopped',
    breaks: 7,
    killedBy: 'KP-ATTACH-13',
    appliesTo: stopsRunning,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        await powerUnasked(driver, 'doStopInstances', request.instanceIds, context)
        return driver.doAttachKeyPair(request, context)
      },
    })),
  },
  {
    name: 'an attach starts an instance that it did not stop',
    breaks: 7,
    killedBy: 'KP-ATTACH-13',
    appliesTo: startsStopped,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await driver.doAttachKeyPair(request, context)
        await powerUnasked(driver, 'doStartInstances', request.instanceIds, context)
        return answer
      },
    })),
  },
  {
    name: 'an attach reboots the instance unasked',
    breaks: 7,
    killedBy: 'KP-ATTACH-13',
    appliesTo: stopsRunning,
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await driver.doAttachKeyPair(request, context)
        await powerUnasked(driver, 'doRebootInstances', request.instanceIds, context)
        return answer
      },
    })),
  },
  {
    name: 'a change is said to have reached the guest already',
    breaks: 4,
    killedBy: 'KP-ATTACH-01',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        service
          .attach(keyPair, ids, options)
          .map(({ items }) =>
            batchWith(items.map((item) => (item.status === 'succeeded' ? { ...item, effect: 'now' } : item))),
          ),
    })),
  },
  {
    name: 'what was so before is said to have changed',
    breaks: 4,
    killedBy: 'KP-ATTACH-04',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        service.attach(keyPair, ids, options).map(({ items }) => batchWith(items.map(({ id }) => done(id)))),
    })),
  },
  {
    name: 'an attach changes an instance that nobody named',
    breaks: 10,
    killedBy: 'KP-ATTACH-12',
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const victim = { ...request, instanceIds: ['vacant-0000'] }
        await driver.doAttachKeyPair(victim, { ...context, token: `${context.token}-more` })
        return driver.doAttachKeyPair(request, context)
      },
    })),
  },
  {
    name: 'an empty list of instances is a request',
    breaks: 2,
    killedBy: 'KP-ATTACH-03',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        operation(async () => {
          await service.get(keyPair)
          return service.attach(keyPair, ids, options)
        }),
    })),
  },
  {
    name: 'an attach throws where it fails',
    breaks: 1,
    killedBy: 'KP-ATTACH-10',
    service: inService((service) => ({
      attach: (keyPair, ids, options) =>
        answering(service.attach(keyPair, ids, options), (result) => {
          if (result.isErr()) throw result.error
          return result
        }),
    })),
  },
  {
    name: 'an instance that is not there is sent all the same',
    breaks: 6,
    killedBy: 'KP-ATTACH-08',
    driver: inInstanceDriver((driver) => ({
      doDescribeInstances: async (request, context) => {
        const answer = await driver.doDescribeInstances(request, context)
        if (request.kind !== 'exact') return answer
        return answer.map((page) => {
          const seen = new Set(page.items.map(({ id }) => id))
          const power = page.items[0]?.power ?? 'running'
          const invented = request.instanceIds.filter((id) => !seen.has(id)).map((id) => ({ id, power }))
          return { ...page, items: [...page.items, ...invented] }
        })
      },
    })),
  },
  {
    name: 'a call is made that is no event',
    breaks: 12,
    killedBy: 'KP-EVENT-01',
    driver: inInstanceDriver((driver) => ({
      doAttachKeyPair: async (request, context) => {
        const { instanceIds } = request
        await driver.doDescribeInstances({ kind: 'exact', instanceIds, cursor: undefined }, { ...context, token: '' })
        return driver.doAttachKeyPair(request, context)
      },
    })),
  },
]

/** Ways to get attaching and detaching wrong. */
export const changeMutants: readonly Mutant[] = wrongChanges.map((mutant) => ({ appliesTo: withInstances, ...mutant }))

function done(id: string): Extract<InstanceItem, { status: 'succeeded' }> {
  return { id, status: 'succeeded', changed: true, effect: 'at-next-start' }
}

type Answered = Parameters<typeof batchIn>[0]

function changingItems(result: Answered, change: (item: InstanceItem) => InstanceItem): Answered {
  const batch = batchIn(result)
  if (batch === undefined || result.isOk()) return result
  const changed: InstanceBatch = batchWith(batch.items.map(change))
  return changed.succeeded.length === changed.items.length ? ok(changed) : err(incompleteWith(result.error, changed))
}
