import assert from 'node:assert/strict'
import { type InstanceBatch, ok } from '@cloud-keypair/core'
import { attaches, type Case, onInstances } from '../case-context.js'
import { batchOf, given, givenInstances, mutatingCalls, okOf } from '../expect.js'
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
]
