import assert from 'node:assert/strict'
import { type Case, onInstances } from '../case-context.js'
import { batchOf, boundIn, coded, given, givenInstances, isNamed, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'
import { serviceAfterRead } from '../stale-reads.js'

export const detachCases: readonly Case[] = [
  onInstances('KP-DETACH-01', 4, 'unbinds the key pair from every instance', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 3, { keyPair: 'deploy' })
    const batch = okOf(await context.service.detach(keyPair, ids))
    assert.deepEqual(
      batch.items,
      ids.map((id) => ({ id, status: 'succeeded', changed: true, effect: 'at-next-start' })),
    )
    await context.world.settle()
    const bound = boundIn(await context.world.snapshot())
    for (const id of ids) assert.equal(bound.get(id), null)
  }),

  onInstances(
    'KP-DETACH-02',
    4,
    'sends nothing for an instance without a key pair, and calls it unchanged',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const [id = ''] = await givenInstances(context, 1)
      const [item] = okOf(await context.service.detach(keyPair, [id])).items
      assert.deepEqual(item, { id, status: 'succeeded', changed: false, effect: 'at-next-start' })
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  onInstances(
    'KP-DETACH-03',
    6,
    'leaves another key pair alone: a conflict that names it, without a request',
    async (context) => {
      const other = await given(context, { name: 'other' })
      const keyPair = await given(context, { name: 'deploy' })
      const [mine = ''] = await givenInstances(context, 1, { keyPair: 'deploy', prefix: 'mine' })
      const [theirs = ''] = await givenInstances(context, 1, { keyPair: 'other', prefix: 'theirs' })
      const batch = batchOf(await context.service.detach(keyPair, [theirs, mine]))
      assert.deepEqual(
        batch.items.map(({ status }) => status),
        ['failed', 'succeeded'],
      )
      const [failed] = batch.failed
      must(failed !== undefined)
      must(isNamed({ name: coded(failed.error, 'conflict').details.actual ?? '' }, other), 'a conflict says with which')
      must(!(await mutatingCalls(context)).some((call) => call.items.includes(theirs)))
      await context.world.settle()
      assert.equal(boundIn(await context.world.snapshot()).get(theirs), 'other')
    },
  ),

  onInstances('KP-DETACH-04', 4, 'fails an instance that does not exist, and no other', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const [id = ''] = await givenInstances(context, 1, { keyPair: 'deploy' })
    const batch = batchOf(await context.service.detach(keyPair, ['i-missing', id]))
    assert.deepEqual(
      batch.items.map(({ status }) => status),
      ['failed', 'succeeded'],
    )
    assert.equal(batch.failed[0]?.error.code, 'not-found')
  }),

  onInstances(
    'KP-DETACH-05',
    2,
    'answers one item for each id given, in order, duplicates included',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const [a = '', b = ''] = await givenInstances(context, 2, { keyPair: 'deploy' })
      const batch = okOf(await context.service.detach(keyPair, [b, b, a]))
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        [b, b, a],
      )
    },
  ),

  onInstances('KP-DETACH-06', 2, 'answers no items and makes no request for an empty list', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    assert.deepEqual(okOf(await context.service.detach(keyPair, [])).items, [])
    assert.deepEqual(await context.world.calls(), [])
  }),

  onInstances(
    'KP-DETACH-07',
    4,
    'can follow an attach before any restart, and leaves no key pair bound',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2)
      okOf(await context.service.attach(keyPair, ids))
      await context.world.settle()
      okOf(await context.service.detach(keyPair, ids))
      await context.world.settle()
      const bound = boundIn(await context.world.snapshot())
      for (const id of ids) assert.equal(bound.get(id), null)
    },
  ),

  onInstances(
    'KP-DETACH-08',
    3,
    'an instance that lost its key pair after it was read does not fail the others',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const [a = '', b = ''] = await givenInstances(context, 2, { keyPair: 'deploy' })
      const [lost = ''] = await givenInstances(context, 1, { prefix: 'lost' })
      const service = serviceAfterRead(context, (item, items) =>
        item.id === lost ? { ...item, keyPair: items.find(({ id }) => id === a)?.keyPair ?? keyPair } : item,
      )
      const batch = batchOf(await service.detach(keyPair, [a, lost, b]))
      assert.deepEqual(batch.items.map(({ status }) => status).toSpliced(1, 1), ['succeeded', 'succeeded'])
      for (const { error } of batch.failed) assert.equal(error.outcome, 'none')
      assert.deepEqual(batch.unknown, [])
      await context.world.settle()
      const bound = boundIn(await context.world.snapshot())
      for (const id of [a, b]) assert.equal(bound.get(id), null)
    },
  ),
]
