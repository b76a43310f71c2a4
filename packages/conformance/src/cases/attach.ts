import assert from 'node:assert/strict'
import { type Case, onInstances } from '../case.js'
import {
  batchOf,
  boundIn,
  coded,
  errOf,
  given,
  givenInstances,
  isNamed,
  mutatingCalls,
  okOf,
  usablePower,
} from '../expect.js'
import { holds } from '../holds.js'

export const attachCases: readonly Case[] = [
  onInstances(
    'KP-ATTACH-01',
    4,
    'binds the key pair to every instance, and says that it reaches the guest at the next start',
    async (stage) => {
      const { service, world } = stage
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 3)
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
    'leaves what the guest accepts alone until a restart',
    async (stage) => {
      const { service, world } = stage
      await given(stage, { name: 'old' })
      const keyPair = await given(stage, { name: 'new' })
      const [id = ''] = await givenInstances(stage, 1, { keyPair: 'old' })
      const attached = await service.attach(keyPair, [id])
      await world.settle()
      assert.deepEqual((await world.snapshot()).instances[0]?.authorized, ['old'])
      if (!stage.facts.replaces) return
      okOf(attached)
      assert.equal((await world.snapshot()).instances[0]?.power, usablePower(stage))
      await world.restart(id)
      assert.deepEqual((await world.snapshot()).instances[0]?.authorized, ['new'])
    },
    ['restart'],
  ),

  onInstances('KP-ATTACH-03', 2, 'answers no items and makes no request for an empty list', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    assert.deepEqual(okOf(await stage.service.attach(keyPair, [])).items, [])
    assert.deepEqual(await stage.world.calls(), [])
  }),

  onInstances(
    'KP-ATTACH-04',
    4,
    'is unchanged where the key pair is bound, and sends nothing for it',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const [id = ''] = await givenInstances(stage, 1, { keyPair: 'deploy' })
      const [item] = okOf(await stage.service.attach(keyPair, [id])).items
      assert.deepEqual(item, { id, status: 'succeeded', changed: false, effect: 'at-next-start' })
      assert.deepEqual(await mutatingCalls(stage), [])
    },
  ),

  onInstances(
    'KP-ATTACH-05',
    6,
    'names the key pair that it took the place of, or that stands in the way',
    async (stage) => {
      const old = await given(stage, { name: 'old' })
      const keyPair = await given(stage, { name: 'new' })
      const [id = ''] = await givenInstances(stage, 1, { keyPair: 'old' })
      const before = await stage.world.snapshot()
      const attached = await stage.service.attach(keyPair, [id])
      if (!stage.facts.replaces) {
        const [refused] = batchOf(attached).items
        holds(refused !== undefined && refused.status !== 'succeeded')
        // A code that may mean anything leaves the outcome unknown.
        if (refused.status === 'failed') {
          holds(isNamed({ name: coded(refused.error, 'conflict').details.actual ?? '' }, old))
        }
        assert.deepEqual(await stage.world.snapshot(), before)
        return
      }
      const [item] = okOf(attached).succeeded
      assert.equal(item?.changed, true)
      holds(item?.replaced !== undefined && isNamed(item.replaced, old))
      await stage.world.settle()
      assert.equal(boundIn(await stage.world.snapshot()).get(id), 'new')
    },
  ),

  onInstances(
    'KP-ATTACH-06',
    6,
    'with onlyIfVacant refuses an occupied instance, unsent, and attaches to the vacant one',
    async (stage) => {
      const old = await given(stage, { name: 'old' })
      const keyPair = await given(stage, { name: 'new' })
      const [occupied = ''] = await givenInstances(stage, 1, { keyPair: 'old', prefix: 'occupied' })
      const [vacant = ''] = await givenInstances(stage, 1, { prefix: 'vacant' })
      const batch = batchOf(await stage.service.attach(keyPair, [occupied, vacant], { onlyIfVacant: true }))
      assert.deepEqual(
        batch.items.map(({ id, status }) => [id, status]),
        [
          [occupied, 'failed'],
          [vacant, 'succeeded'],
        ],
      )
      const [failed] = batch.failed
      holds(failed !== undefined)
      holds(isNamed({ name: coded(failed.error, 'conflict').details.actual ?? '' }, old), 'a conflict says with which')
      assert.equal(failed.error.outcome, 'none')
      holds(
        !(await mutatingCalls(stage)).some((call) => call.items.includes(occupied)),
        'a refused instance must not be sent',
      )
      await stage.world.settle()
      assert.equal(boundIn(await stage.world.snapshot()).get(occupied), 'old')
    },
  ),

  onInstances(
    'KP-ATTACH-07',
    2,
    'answers one item for each id given, in order, duplicates included, and sends each id once',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const [a = '', b = ''] = await givenInstances(stage, 2)
      const given7 = [b, a, b, b, a]
      const batch = okOf(await stage.service.attach(keyPair, given7))
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        given7,
      )
      assert.deepEqual((await mutatingCalls(stage)).flatMap((call) => call.items).toSorted(), [a, b])
    },
  ),

  onInstances('KP-ATTACH-08', 4, 'fails an instance that does not exist, and no other', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    const [a = '', b = ''] = await givenInstances(stage, 2)
    const batch = batchOf(await stage.service.attach(keyPair, [a, 'i-missing', b]))
    assert.deepEqual(
      batch.items.map(({ status }) => status),
      ['succeeded', 'failed', 'succeeded'],
    )
    assert.equal(batch.failed[0]?.error.code, 'not-found')
    assert.equal(batch.failed[0]?.error.outcome, 'none')
    const sent = (await mutatingCalls(stage)).flatMap(({ items }) => items)
    holds(!sent.includes('i-missing'), 'what is not listed could have its key overwritten unnamed')
    await stage.world.settle()
    const bound = boundIn(await stage.world.snapshot())
    assert.deepEqual([bound.get(a), bound.get(b)], ['deploy', 'deploy'])
  }),

  onInstances(
    'KP-ATTACH-09',
    4,
    'fails instances that cannot have key pairs, each with its reason, and no other',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const power = usablePower(stage)
      const kinds = stage.facts.refuses
      await stage.world.seedInstances([
        ...kinds.map((kind) => ({ id: `i-${kind}`, power, kind })),
        { id: 'i-good', power },
        { id: 'i-starting', power: 'starting' },
      ])
      const ids = ['i-good', ...kinds.map((kind) => `i-${kind}`), 'i-starting']
      const batch = batchOf(await stage.service.attach(keyPair, ids))
      const codes = batch.items.map((item) => (item.status === 'succeeded' ? 'ok' : item.error.code))
      assert.deepEqual(codes, ['ok', ...kinds.map(() => 'instance-unsupported'), 'instance-state'])
      const state = batch.failed.find(({ id }) => id === 'i-starting')
      holds(state !== undefined)
      const { details } = coded(state.error, 'instance-state')
      assert.equal(details.power, 'starting')
      assert.deepEqual(
        details.allowed,
        stage.capabilities.instances === false ? [] : stage.capabilities.instances.power,
      )
      for (const { error } of batch.failed) assert.equal(error.outcome, 'none')
    },
    ['unfit', 'starting'],
  ),

  onInstances(
    'KP-ATTACH-10',
    4,
    'tells of a key pair that does not exist, for every item, and changes nothing',
    async (stage) => {
      const keyPair = await given(stage, { name: 'gone' })
      okOf(await stage.service.delete(keyPair))
      const ids = await givenInstances(stage, 2)
      const before = await stage.world.snapshot()
      const result = await stage.service.attach(keyPair, ids)
      holds(result.isErr(), 'a missing key pair cannot be attached')
      if (result.error.code === 'incomplete') {
        for (const item of batchOf(result).failed) assert.equal(item.error.code, 'not-found')
        assert.equal(batchOf(result).failed.length, 2)
      } else coded(result.error, 'not-found')
      assert.equal(result.error.outcome, 'none')
      assert.deepEqual(await stage.world.snapshot(), before)
    },
  ),

  onInstances(
    'KP-ATTACH-11',
    1,
    'refuses what cannot be an instance id, with its place, before anything is sent',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      for (const bad of ['', 'i-\n1', 'i-\ud800', 'x'.repeat(10_000)]) {
        const error = errOf(await stage.service.attach(keyPair, ['i-0000', bad]), 'invalid-argument')
        assert.match(error.message, /index 1/)
        holds(error.message.length < 1000, 'a message must not carry the whole of a long id')
        assert.equal(error.outcome, 'none')
      }
      assert.deepEqual(await stage.world.calls(), [])
    },
  ),

  onInstances('KP-ATTACH-12', 10, 'changes nothing but the instances that it names', async (stage) => {
    await given(stage, { name: 'other' })
    const keyPair = await given(stage, { name: 'deploy' })
    const [id = ''] = await givenInstances(stage, 1)
    await givenInstances(stage, 3, { prefix: 'bystander', keyPair: 'other' })
    await givenInstances(stage, 3, { prefix: 'vacant' })
    const before = await stage.world.snapshot()
    okOf(await stage.service.attach(keyPair, [id]))
    await stage.world.settle()
    const after = await stage.world.snapshot()
    const others = (snapshot: typeof after): unknown => ({
      ...snapshot,
      instances: snapshot.instances.filter((instance) => instance.id !== id),
    })
    assert.deepEqual(others(after), others(before))
  }),

  onInstances('KP-ATTACH-13', 7, 'touches the power of no instance, and the keys of no guest', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    for (const power of stage.instances.power) {
      if (power !== 'running' && power !== 'stopped') continue
      const ids = await givenInstances(stage, 2, { power, prefix: power })
      okOf(await stage.service.attach(keyPair, ids))
      await stage.world.settle()
      const { instances } = await stage.world.snapshot()
      for (const id of ids) {
        const instance = instances.find((one) => one.id === id)
        assert.equal(instance?.power, power, 'an attach starts and stops nothing')
        assert.deepEqual(instance?.authorized, [], 'a guest follows at its next start')
      }
    }
  }),
]
