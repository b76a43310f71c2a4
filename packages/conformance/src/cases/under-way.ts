import assert from 'node:assert/strict'
import { type InstanceBatch, type InstanceItem, ok } from '@cloud-keypair/core'
import { attaches, type Case, onInstances } from '../case-context.js'
import { batchOf, boundIn, coded, contextOf, given, givenInstances, handleOf, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'
import { overriding } from '../overriding.js'

/** Cases about changes that the cloud carries out after its answer. */
export const underWayCases: readonly Case[] = [
  onInstances(
    'KP-UNDERWAY-01',
    4,
    'an accepted change that the instance never shows is no success, if the cloud does not confirm changes',
    async (context) => {
      const { driver, instances } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2)
      const service = context.serviceOver(
        overriding(driver, {
          capabilities: { ...driver.capabilities, instances: { ...instances, confirms: false } },
          doAttachKeyPair: async ({ instanceIds }) => ok(instanceIds.map((id) => ({ id, ok: true }))),
        }),
      )
      must(attaches(service))
      for (const takeEffect of ['next-restart', 'now'] as const) {
        const batch: InstanceBatch = batchOf(await service.attach(keyPair, ids, { takeEffect }))
        assert.deepEqual(
          batch.items.map(({ status }) => status),
          ['unknown', 'unknown'],
        )
        assert.deepEqual(batch.leftStopped, [])
      }
    },
  ),

  onInstances(
    'KP-UNDERWAY-02',
    4,
    'a change ends when the cloud has ended its work on the instance',
    async (context) => {
      const { clock, driver, instances, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'stopped' })
      let endsAt = Infinity
      const service = context.serviceOver(
        overriding(driver, {
          capabilities: { ...driver.capabilities, instances: { ...instances, confirms: false } },
          doAttachKeyPair: async (request, call) => {
            endsAt = clock.now() + 60_000
            return driver.doAttachKeyPair(request, call)
          },
          doDescribeInstances: async (request, call) => {
            const isChanging = clock.now() < endsAt && endsAt !== Infinity
            const page = await driver.doDescribeInstances(request, call)
            return page.map((shown) => ({ ...shown, items: shown.items.map((item) => ({ ...item, isChanging })) }))
          },
        }),
      )
      must(attaches(service))
      okOf(await service.attach(keyPair, ids))
      must(clock.now() >= endsAt, 'the attach ended before the work of the cloud')
      await world.forgetCalls()
      okOf(await service.attach(keyPair, ids))
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  onInstances(
    'KP-UNDERWAY-03',
    12,
    'a change that fails later has the reason that the cloud tells, and the failure of earlier work counts for nothing',
    async (context) => {
      const { clock, driver, instances } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'stopped' })
      const [first = ''] = ids
      const service = context.serviceOver(
        overriding(driver, {
          capabilities: { ...driver.capabilities, instances: { ...instances, confirms: false } },
          doAttachKeyPair: async (request, call) => {
            const sent = request.instanceIds.filter((id) => id !== first)
            const answer =
              sent.length > 0 ? await driver.doAttachKeyPair({ ...request, instanceIds: sent }, call) : ok([])
            return answer.map(() => request.instanceIds.map((id) => ({ id, ok: true, task: 'this-task' })))
          },
          doDescribeInstances: async (request, call) =>
            (await driver.doDescribeInstances(request, call)).map((page) => ({
              ...page,
              items: page.items.map((item) => ({
                ...item,
                failedTask: { id: item.id === first ? 'this-task' : 'earlier-task', failure: gaveUp },
              })),
            })),
        }),
      )
      must(attaches(service))
      const began = clock.now()
      const { items } = batchOf(await service.attach(keyPair, ids))
      assert.deepEqual(
        items.map(({ status }) => status),
        ['failed', 'succeeded'],
      )
      mustTellReason(items[0], 'none')
      must(clock.now() - began < 30_000, 'the reason was told, and the attach waited longer')
    },
  ),

  onInstances(
    'KP-UNDERWAY-04',
    7,
    'a stop, reboot or start that fails later is no success, and its item has the reason',
    async (context) => {
      const { driver, instances, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const isStopped = instances.restart === 'stop-and-start' || !instances.power.includes('running')
      for (const broken of isStopped ? (['stop', 'start'] as const) : (['reboot'] as const)) {
        const [id = ''] = await givenInstances(context, 1, { power: 'running', prefix: broken })
        const accept = async (): ReturnType<typeof driver.doStopInstances> => ok([{ id, ok: true, task: 'this-task' }])
        const service = context.serviceOver(
          overriding(driver, {
            ...(broken === 'stop' && { doStopInstances: accept }),
            ...(broken === 'reboot' && { doRebootInstances: accept }),
            ...(broken === 'start' && { doStartInstances: accept }),
            doDescribeInstances: async (request, call) =>
              (await driver.doDescribeInstances(request, call)).map((page) => ({
                ...page,
                items: page.items.map((item) => ({ ...item, failedTask: { id: 'this-task', failure: gaveUp } })),
              })),
          }),
        )
        must(attaches(service))
        const batch: InstanceBatch = batchOf(await service.attach(keyPair, [id], { takeEffect: 'now' }))
        mustTellReason(batch.items[0], broken === 'stop' ? 'none' : 'partial')
        assert.deepEqual(batch.leftStopped, broken === 'start' ? [id] : [])
        const { power } = (await world.snapshot()).instances.find((instance) => instance.id === id) ?? {}
        assert.equal(power, broken === 'start' ? 'stopped' : 'running')
      }
    },
  ),

  onInstances(
    'KP-UNDERWAY-05',
    12,
    'an attach that the cloud gives up later has its reason, unless the cloud confirms changes',
    async (context) => {
      const { clock, driver, instances, service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      if (instances.confirms) {
        const request = { keyPair: handleOf(keyPair), instanceIds: ids }
        okOf(await driver.doAttachKeyPair(request, contextOf(context, 'attach')))
        assert.deepEqual([...boundIn(await world.snapshot()).values()], ['deploy'])
        return 'verified-unsupported'
      }
      await world.fault({ on: 'attach', kind: 'fails-late' })
      const began = clock.now()
      const { failed } = batchOf(await service.attach(keyPair, ids))
      assert.deepEqual(
        failed.map(({ id, error: { outcome, vendor } }) => [id, outcome, (vendor?.message ?? '') !== '']),
        ids.map((id) => [id, 'none', true]),
      )
      must(clock.now() - began < 30_000, 'the reason was told, and the attach waited longer')
      return 'passed'
    },
    ['fails-late'],
  ),
]

const gaveUp = { code: 'capacity', message: 'the cloud gave it up', transient: false } as const

/** Verifies that an item failed with the reason of the cloud. */
function mustTellReason(item: InstanceItem | undefined, outcome: 'none' | 'partial'): void {
  must(item?.status === 'failed', `the item is ${item?.status}, and the cloud says that it failed`)
  assert.equal(coded(item.error, 'capacity').outcome, outcome)
  must(item.error.message.includes(gaveUp.message), 'the item does not have the reason of the cloud')
}
