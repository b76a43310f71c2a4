import assert from 'node:assert/strict'
import { collect, type InstanceBatch } from '@cloud-keypair/core'
import { attaches, type Case, onInstances, proves } from '../case-context.js'
import {
  batchOf,
  boundIn,
  firstKey,
  given,
  givenInstances,
  isShort,
  mutatingCalls,
  okOf,
  usablePower,
  pagesOf,
} from '../expect.js'
import { must } from '../must.js'
import { widestCharacter } from '../names.js'
import { overriding } from '../overriding.js'

export const limitCases: readonly Case[] = [
  onInstances(
    'KP-LIMIT-01',
    3,
    '1,000 instances take exactly as few changes as the limit allows, and no more reads than theirs',
    async (context) => {
      const { instances } = context.capabilities
      must(instances !== false)
      const keyPair = await given(context, { name: 'deploy' })
      const count = context.usual ? 1000 : 3 * instances.change.items + 1
      const ids = await givenInstances(context, count)
      const begunAt = context.clock.now()
      const batch = okOf(await context.service.attach(keyPair, ids))
      const tookMs = context.clock.now() - begunAt
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        ids,
      )
      const calls = await context.world.calls()
      const attaches = calls.filter((call) => call.mutating)
      assert.deepEqual(attaches.flatMap(({ items }) => items).toSorted(), ids, 'each instance is sent once')
      await context.world.settle()
      await context.world.forgetCalls()
      okOf(await context.service.detach(keyPair, ids))
      if (isShort(instances.change)) return
      assert.equal(attaches.length, Math.ceil(count / instances.change.items))
      assert.equal((await mutatingCalls(context)).length, attaches.length)
      const pagesOfARead = pagesOf(context.capabilities, instances.read.items)
      const reads = Math.ceil(count / instances.read.items) * pagesOfARead
      // Each accepted change that is not confirmed is looked for at once, and every three seconds.
      const looks = instances.confirms ? 0 : attaches.length * (1 + tookMs / 3_000) * pagesOfARead
      must(calls.filter((call) => call.call === 'read-instances').length <= reads + looks)
      must(calls.filter((call) => call.call === 'lookup').length <= 1, 'the key pair is read more than once')
    },
  ),

  onInstances(
    'KP-LIMIT-02',
    3,
    'no call carries more items than the limit, at the limit and one over it',
    async (context) => {
      const { instances } = context.capabilities
      must(instances !== false)
      const keyPair = await given(context, { name: 'deploy' })
      const limit = instances.change.items
      const ids = await givenInstances(context, limit + 1)
      if (isShort(instances.change)) {
        okOf(await context.service.attach(keyPair, ids))
        for (const call of await mutatingCalls(context)) must(call.items.length < limit)
        return
      }
      okOf(await context.service.attach(keyPair, ids.slice(0, limit)))
      assert.deepEqual(
        (await mutatingCalls(context)).map((call) => call.items.length),
        [limit],
      )
      await context.world.settle()
      okOf(await context.service.detach(keyPair, ids.slice(0, limit)))
      await context.world.settle()
      await context.world.forgetCalls()
      okOf(await context.service.attach(keyPair, ids))
      assert.deepEqual(
        (await mutatingCalls(context)).map((call) => call.items.length).toSorted((a, b) => b - a),
        [limit, 1],
      )
    },
  ),

  onInstances(
    'KP-LIMIT-03',
    3,
    'a failed chunk does not change the outcomes of other chunks',
    async (context) => {
      const { instances } = context.capabilities
      must(instances !== false)
      const keyPair = await given(context, { name: 'deploy' })
      const limit = instances.change.items
      // More calls than are made at a time, so that some come after the one that fails.
      const ids = await givenInstances(context, 6 * limit)
      await context.world.fault({ on: 'attach', kind: 'denied', skip: 1 })
      const batch = batchOf(await context.service.attach(keyPair, ids))
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        ids,
      )
      const denied = (await mutatingCalls(context))[1]?.items ?? []
      assert.deepEqual(
        batch.failed.map(({ id }) => id),
        denied,
      )
      assert.equal(batch.succeeded.length, ids.length - denied.length)
      await context.world.settle()
      const bound = boundIn(await context.world.snapshot())
      for (const { id } of batch.succeeded) assert.equal(bound.get(id), 'deploy')
      for (const { id, error } of batch.failed) {
        assert.equal(bound.get(id), null)
        assert.equal(error.code, 'permission-denied')
        assert.equal(error.outcome, 'none')
      }
    },
    ['denied'],
  ),

  onInstances(
    'KP-LIMIT-07',
    3,
    'instances that make a cloud refuse a whole call do not fail the others',
    async (context) => {
      const [kind] = context.facts.refuses
      const keyPair = await given(context, { name: 'deploy' })
      const power = usablePower(context)
      const asked = Array.from({ length: 50 }, (_, index) => {
        const unfit = index === 3 || index === 21 || index === 44
        return { id: `i-${index}`.padEnd(6, 'x'), power, ...(unfit && kind !== undefined && { kind }) }
      })
      await context.world.seedInstances(asked)
      const ids = asked.map(({ id }) => id)
      const result = await context.service.attach(keyPair, ids)
      const refused = asked.filter((instance) => 'kind' in instance)
      if (refused.length === 0) return void okOf(result)
      const batch = batchOf(result)
      assert.deepEqual(
        batch.failed.map(({ id, error }) => [id, error.code, error.outcome]),
        refused.map(({ id }) => [id, 'instance-unsupported', 'none']),
      )
      assert.equal(batch.succeeded.length, ids.length - refused.length)
    },
    ['unfit'],
  ),

  onInstances(
    'KP-LIMIT-08',
    3,
    'instances that the cloud never judged alone before the deadline fail with outcome none, safe to resend',
    async (context) => {
      const [kind] = context.facts.refuses
      if (kind === undefined || context.instances.perItemVerdicts) return
      const keyPair = await given(context, { name: 'deploy' })
      const power = usablePower(context)
      const ids = ['i-a', 'i-b', 'i-c', 'i-d']
      await context.world.seedInstances(ids.map((id) => ({ id, power, ...(id === 'i-a' && { kind }) })))
      await context.world.fault({ on: 'attach', kind: 'throttled', skip: 1, times: Infinity })
      const batch = batchOf(await context.service.attach(keyPair, ids, { deadlineMs: 20_000 }))
      for (const { error } of batch.items.flatMap((item) => (item.status === 'succeeded' ? [] : [item]))) {
        must(['busy', 'timeout', 'throttled', 'instance-unsupported'].includes(error.code), error.message)
        assert.equal(error.outcome, 'none')
        assert.equal(error.retry, error.code === 'instance-unsupported' ? 'never' : 'safe')
      }
      assert.equal(batch.unknown.length, 0)
    },
    ['unfit', 'throttled'],
  ),

  onInstances('KP-LIMIT-09', 3, 'an instance whose record rules out key pairs is not sent', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 3)
    const [unfit = ''] = ids.slice(1)
    const driver = overriding(context.driver, {
      doDescribeInstances: async (request, call) =>
        (await context.driver.doDescribeInstances(request, call)).map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === unfit ? { ...item, unsupported: 'it runs no SSH' } : item)),
        })),
    })
    const service = context.serviceOver(driver)
    must(attaches(service))
    for (const takeEffect of ['next-restart', 'now'] as const) {
      await context.world.forgetCalls()
      const batch: InstanceBatch = batchOf(await service.attach(keyPair, ids, { takeEffect }))
      assert.deepEqual(
        batch.failed.map(({ id, error }) => [id, error.code, error.outcome]),
        [[unfit, 'instance-unsupported', 'none']],
      )
      must(!(await mutatingCalls(context)).some(({ items }) => items.includes(unfit)))
    }
  }),

  onInstances('KP-LIMIT-04', 2, 'thousands of instances, some of them twice, each get their item', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, context.usual ? 10_000 : 150)
    const asked = [...ids, ...ids.slice(0, 50)]
    // A cloud that takes one instance a call, and has to be read back, needs longer than the usual deadline.
    const batch = okOf(await context.service.attach(keyPair, asked, { deadlineMs: Infinity }))
    assert.deepEqual(
      batch.items.map(({ id }) => id),
      asked,
    )
  }),

  onInstances(
    'KP-LIMIT-05',
    3,
    'instances with long ids succeed, in as many calls as their length needs',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const prefix = `i-${'x'.repeat(60)}`
      const ids = await givenInstances(context, context.instances.change.items, { prefix })
      okOf(await context.service.attach(keyPair, ids))
      await context.world.settle()
      okOf(await context.service.detach(keyPair, ids))
      await context.world.settle()
      const { powerChange } = context.instances
      if (powerChange.bytes === undefined) return
      const running = await givenInstances(context, powerChange.items, { prefix: `r${prefix}`, power: 'running' })
      okOf(await context.service.attach(keyPair, running, { takeEffect: 'now', maxUnavailable: running.length }))
    },
  ),

  proves(
    'KP-LIMIT-06',
    3,
    'key pairs with long names are deleted, in as many calls as their length needs, whatever their characters',
    async (context) => {
      const { publicKey } = firstKey(context)
      const { capabilities, facts, service, world } = context
      const { maxLength } = capabilities.name
      const byName = capabilities.identity.includes('name') && !facts.namesRepeat
      for (const character of new Set(['k', widestCharacter(capabilities.name)])) {
        const names = Array.from({ length: capabilities.delete.items }, (_, index) =>
          `${index}`.padStart(maxLength, character),
        )
        await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
        const keyPairs = okOf(await collect(service.list(), { max: names.length }))
        const batch = okOf(await service.deleteMany(byName ? names.map((name) => ({ name })) : keyPairs))
        assert.equal(batch.succeeded.length, names.length)
      }
    },
  ),
]
