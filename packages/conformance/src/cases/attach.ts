import assert from 'node:assert/strict'
import { type Case, onInstances } from '../case-context.js'
import {
  batchOf,
  boundIn,
  coded,
  contextOf,
  errOf,
  firstKey,
  given,
  givenInstances,
  isNamed,
  mutatingCalls,
  okOf,
  usablePower,
} from '../expect.js'
import { must } from '../must.js'
import { serviceAfterRead } from '../stale-reads.js'

export const attachCases: readonly Case[] = [
  onInstances(
    'KP-ATTACH-01',
    4,
    'binds the key pair to every instance, with effect at the next start',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 3)
      const batch = okOf(await service.attach(keyPair, ids))
      assert.deepEqual(
        batch.items,
        ids.map((id) => ({ id, status: 'succeeded', changed: true, effect: 'at-next-start' })),
      )
      await world.settle()
      const bound = boundIn(await world.snapshot())
      for (const id of ids) assert.equal(bound.get(id), 'deploy')
    },
  ),

  onInstances(
    'KP-ATTACH-02',
    7,
    'leaves the keys of the guest alone until a restart',
    async (context) => {
      const { service, world } = context
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'new' })
      const [id = ''] = await givenInstances(context, 1, { keyPair: 'old' })
      const attached = await service.attach(keyPair, [id])
      await world.settle()
      assert.deepEqual((await world.snapshot()).instances[0]?.authorized, ['old'])
      if (!context.facts.replaces) return
      okOf(attached)
      assert.equal((await world.snapshot()).instances[0]?.power, usablePower(context))
      await world.restart(id)
      assert.deepEqual((await world.snapshot()).instances[0]?.authorized, ['new'])
    },
    ['restart'],
  ),

  onInstances('KP-ATTACH-03', 2, 'answers no items and makes no request for an empty list', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    assert.deepEqual(okOf(await context.service.attach(keyPair, [])).items, [])
    assert.deepEqual(await context.world.calls(), [])
  }),

  onInstances(
    'KP-ATTACH-04',
    4,
    'sends nothing for an instance that has the key pair, and calls it unchanged',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const [id = ''] = await givenInstances(context, 1, { keyPair: 'deploy' })
      const [item] = okOf(await context.service.attach(keyPair, [id])).items
      assert.deepEqual(item, { id, status: 'succeeded', changed: false, effect: 'at-next-start' })
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  onInstances('KP-ATTACH-05', 6, 'names the replaced key pair, or the one that blocks the attach', async (context) => {
    const old = await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'new' })
    const [id = ''] = await givenInstances(context, 1, { keyPair: 'old' })
    const before = await context.world.snapshot()
    const attached = await context.service.attach(keyPair, [id])
    if (!context.facts.replaces) {
      const [refused] = batchOf(attached).items
      must(refused !== undefined && refused.status !== 'succeeded')
      // A code that may mean anything leaves the outcome unknown.
      if (refused.status === 'failed') {
        must(isNamed({ name: coded(refused.error, 'conflict').details.actual ?? '' }, old))
      }
      assert.deepEqual(await context.world.snapshot(), before)
      return
    }
    const [item] = okOf(attached).succeeded
    assert.equal(item?.changed, true)
    must(item?.replaced !== undefined && isNamed(item.replaced, old))
    await context.world.settle()
    assert.equal(boundIn(await context.world.snapshot()).get(id), 'new')
  }),

  onInstances(
    'KP-ATTACH-06',
    6,
    'with onlyIfVacant refuses an occupied instance, unsent, and attaches to the vacant one',
    async (context) => {
      const old = await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'new' })
      const [occupied = ''] = await givenInstances(context, 1, { keyPair: 'old', prefix: 'occupied' })
      const [vacant = ''] = await givenInstances(context, 1, { prefix: 'vacant' })
      const batch = batchOf(await context.service.attach(keyPair, [occupied, vacant], { onlyIfVacant: true }))
      assert.deepEqual(
        batch.items.map(({ id, status }) => [id, status]),
        [
          [occupied, 'failed'],
          [vacant, 'succeeded'],
        ],
      )
      const [failed] = batch.failed
      must(failed !== undefined)
      must(isNamed({ name: coded(failed.error, 'conflict').details.actual ?? '' }, old), 'a conflict says with which')
      assert.equal(failed.error.outcome, 'none')
      must(
        !(await mutatingCalls(context)).some((call) => call.items.includes(occupied)),
        'a refused instance must not be sent',
      )
      await context.world.settle()
      assert.equal(boundIn(await context.world.snapshot()).get(occupied), 'old')
    },
  ),

  onInstances(
    'KP-ATTACH-07',
    2,
    'answers one item for each id given, in order, duplicates included, and sends each id once',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const [a = '', b = ''] = await givenInstances(context, 2)
      const given7 = [b, a, b, b, a]
      const batch = okOf(await context.service.attach(keyPair, given7))
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        given7,
      )
      assert.deepEqual((await mutatingCalls(context)).flatMap((call) => call.items).toSorted(), [a, b])
    },
  ),

  onInstances('KP-ATTACH-08', 4, 'fails an instance that does not exist, and no other', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const [a = '', b = ''] = await givenInstances(context, 2)
    const batch = batchOf(await context.service.attach(keyPair, [a, 'i-missing', b]))
    assert.deepEqual(
      batch.items.map(({ status }) => status),
      ['succeeded', 'failed', 'succeeded'],
    )
    assert.equal(batch.failed[0]?.error.code, 'not-found')
    assert.equal(batch.failed[0]?.error.outcome, 'none')
    const sent = (await mutatingCalls(context)).flatMap(({ items }) => items)
    must(!sent.includes('i-missing'), 'what is not listed could have its key overwritten unnamed')
    await context.world.settle()
    const bound = boundIn(await context.world.snapshot())
    assert.deepEqual([bound.get(a), bound.get(b)], ['deploy', 'deploy'])
  }),

  onInstances(
    'KP-ATTACH-09',
    4,
    'fails instances that cannot have key pairs, each with its reason, and no other',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const power = usablePower(context)
      const kinds = context.facts.refuses
      await context.world.seedInstances([
        ...kinds.map((kind) => ({ id: `i-${kind}`, power, kind })),
        { id: 'i-good', power },
        { id: 'i-starting', power: 'starting' },
      ])
      const ids = ['i-good', ...kinds.map((kind) => `i-${kind}`), 'i-starting']
      const batch = batchOf(await context.service.attach(keyPair, ids))
      const codes = batch.items.map((item) => (item.status === 'succeeded' ? 'ok' : item.error.code))
      assert.deepEqual(codes, ['ok', ...kinds.map(() => 'instance-unsupported'), 'instance-state'])
      const state = batch.failed.find(({ id }) => id === 'i-starting')
      must(state !== undefined)
      const { details } = coded(state.error, 'instance-state')
      assert.equal(details.power, 'starting')
      assert.deepEqual(
        details.allowed,
        context.capabilities.instances === false ? [] : context.capabilities.instances.power,
      )
      for (const { error } of batch.failed) assert.equal(error.outcome, 'none')
    },
    ['unfit', 'starting'],
  ),

  onInstances(
    'KP-ATTACH-14',
    12,
    'the error of a batch says why its items failed, once, and its JSON has each item once',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2)
      await context.world.fault({ on: 'attach', kind: 'denied', times: Infinity })
      const error = errOf(await context.service.attach(keyPair, ids), 'incomplete')
      const [item] = error.details.batch.items
      must(item?.status === 'failed')
      const { hint, vendor } = item.error
      must(error.message.includes('permission-denied'), `${error.message} does not say the cause`)
      if (vendor?.code !== undefined) must(error.message.includes(vendor.code), 'the vendor has a code for it')
      must(hint === undefined || (error.hint === hint && !error.message.includes(hint)), 'the hint is apart')
      const json = JSON.stringify(error)
      for (const id of ids) assert.equal(json.split(`"id":${JSON.stringify(id)}`).length, 2, `${id} once in the JSON`)
    },
    ['denied'],
  ),

  onInstances(
    'KP-ATTACH-10',
    4,
    'is not-found for a key pair that does not exist, before any change, as are a detach and a rotation',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'gone' })
      okOf(await service.delete(keyPair))
      const ids = await givenInstances(context, 2)
      const before = await world.snapshot()
      const publicKey = firstKey(context).publicKey.line
      const operations = [
        () => service.attach(keyPair, ids),
        () => service.attach(keyPair, ids, { takeEffect: 'now' }),
        () => service.detach(keyPair, ids),
        () => service.detach(keyPair, ids, { takeEffect: 'now' }),
        () => service.rotate(keyPair, { name: 'next', publicKey }),
      ]
      for (const run of operations) {
        await world.forgetCalls()
        const result = await run()
        must(result.isErr(), 'a missing key pair cannot be attached, detached or replaced')
        assert.equal(coded(result.error, 'not-found').outcome, 'none')
        must((await world.calls()).length <= 1, 'it takes one read to find out')
      }
      assert.deepEqual(await world.snapshot(), before)
      await world.forgetCalls()
      for (const takeEffect of ['now', 'next-restart'] as const) {
        okOf(await service.attach(keyPair, [], { takeEffect }))
        okOf(await service.detach(keyPair, [], { takeEffect }))
      }
      assert.deepEqual(await world.calls(), [], 'an empty list needs no request')
    },
  ),

  onInstances(
    'KP-ATTACH-11',
    1,
    'refuses a malformed instance id with its index, before anything is sent',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      for (const bad of ['', 'i-\n1', 'i-\ud800', 'x'.repeat(10_000)]) {
        const error = errOf(await context.service.attach(keyPair, ['i-0000', bad]), 'invalid-argument')
        assert.match(error.message, /index 1/)
        must(error.message.length < 1000, 'a message must not carry the whole of a long id')
        assert.equal(error.outcome, 'none')
      }
      assert.deepEqual(await context.world.calls(), [])
    },
  ),

  onInstances('KP-ATTACH-12', 10, 'changes only the named instances', async (context) => {
    await given(context, { name: 'other' })
    const keyPair = await given(context, { name: 'deploy' })
    const [id = ''] = await givenInstances(context, 1)
    await givenInstances(context, 3, { prefix: 'bystander', keyPair: 'other' })
    await givenInstances(context, 3, { prefix: 'vacant' })
    const before = await context.world.snapshot()
    okOf(await context.service.attach(keyPair, [id]))
    await context.world.settle()
    const after = await context.world.snapshot()
    const others = (snapshot: typeof after): unknown => ({
      ...snapshot,
      instances: snapshot.instances.filter((instance) => instance.id !== id),
    })
    assert.deepEqual(others(after), others(before))
  }),

  onInstances('KP-ATTACH-13', 7, 'changes the power of no instance, and the keys of no guest', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    for (const power of context.instances.power) {
      if (power !== 'running' && power !== 'stopped') continue
      const ids = await givenInstances(context, 2, { power, prefix: power })
      okOf(await context.service.attach(keyPair, ids))
      await context.world.settle()
      const { instances } = await context.world.snapshot()
      for (const id of ids) {
        const instance = instances.find((one) => one.id === id)
        assert.equal(instance?.power, power, 'an attach starts and stops nothing')
        assert.deepEqual(instance?.authorized, [], 'a guest follows at its next start')
      }
    }
  }),

  onInstances(
    'KP-ATTACH-15',
    4,
    'an instance that begins to stop, start or reboot after it was read fails no other, and is no lasting failure',
    async (context) => {
      const { driver, instances, usual } = context
      const keyPair = await given(context, { name: 'deploy' })
      for (const [call, power, prefix] of [
        ['doStopInstances', 'running', 'stop'],
        ['doStartInstances', 'stopped', 'start'],
        ['doRebootInstances', 'running', 'reboot'],
      ] as const) {
        if (!instances.power.includes(power)) continue
        const [moving = '', other = ''] = await givenInstances(context, 2, { power, prefix })
        okOf(await driver[call]({ instanceIds: [moving], force: false }, contextOf(context, prefix)))
        const service = serviceAfterRead(context, (item) => (item.id === moving ? { ...item, power } : item))
        const batch = batchOf(await service.attach(keyPair, [moving, other]))
        assert.equal(batch.items[1]?.status, 'succeeded')
        for (const { error } of batch.failed) {
          // In other worlds the cloud may refuse it with a code that says nothing.
          const codes = ['instance-state', 'busy', ...(usual ? [] : ['unknown'])]
          must(codes.includes(error.code), `after a ${prefix}: ${error.message}`)
          assert.equal(error.outcome, 'none')
        }
      }
    },
  ),
]
