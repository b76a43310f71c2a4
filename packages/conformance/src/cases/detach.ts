import assert from 'node:assert/strict'
import { type Case, onInstances } from '../case.js'
import { batchOf, boundIn, coded, given, givenInstances, isNamed, mutatingCalls, okOf } from '../expect.js'
import { holds } from '../holds.js'

export const detachCases: readonly Case[] = [
  onInstances('KP-DETACH-01', 4, 'unbinds the key pair from every instance', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    const ids = await givenInstances(stage, 3, { keyPair: 'deploy' })
    const batch = okOf(await stage.service.detach(keyPair, ids))
    assert.deepEqual(
      batch.items,
      ids.map((id) => ({ id, status: 'succeeded', changed: true, effect: 'at-next-start' })),
    )
    await stage.world.settle()
    const bound = boundIn(await stage.world.snapshot())
    for (const id of ids) assert.equal(bound.get(id), null)
  }),

  onInstances('KP-DETACH-02', 4, 'is unchanged where nothing is bound, and sends nothing for it', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    const [id = ''] = await givenInstances(stage, 1)
    const [item] = okOf(await stage.service.detach(keyPair, [id])).items
    assert.deepEqual(item, { id, status: 'succeeded', changed: false, effect: 'at-next-start' })
    assert.deepEqual(await mutatingCalls(stage), [])
  }),

  onInstances('KP-DETACH-03', 6, 'leaves another key pair alone: conflict, naming it, never sent', async (stage) => {
    const other = await given(stage, { name: 'other' })
    const keyPair = await given(stage, { name: 'deploy' })
    const [mine = ''] = await givenInstances(stage, 1, { keyPair: 'deploy', prefix: 'mine' })
    const [theirs = ''] = await givenInstances(stage, 1, { keyPair: 'other', prefix: 'theirs' })
    const batch = batchOf(await stage.service.detach(keyPair, [theirs, mine]))
    assert.deepEqual(
      batch.items.map(({ status }) => status),
      ['failed', 'succeeded'],
    )
    const [failed] = batch.failed
    holds(failed !== undefined)
    holds(isNamed({ name: coded(failed.error, 'conflict').details.actual ?? '' }, other), 'a conflict says with which')
    holds(!(await mutatingCalls(stage)).some((call) => call.items.includes(theirs)))
    await stage.world.settle()
    assert.equal(boundIn(await stage.world.snapshot()).get(theirs), 'other')
  }),

  onInstances('KP-DETACH-04', 4, 'fails an instance that does not exist, and no other', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    const [id = ''] = await givenInstances(stage, 1, { keyPair: 'deploy' })
    const batch = batchOf(await stage.service.detach(keyPair, ['i-missing', id]))
    assert.deepEqual(
      batch.items.map(({ status }) => status),
      ['failed', 'succeeded'],
    )
    assert.equal(batch.failed[0]?.error.code, 'not-found')
  }),

  onInstances('KP-DETACH-05', 2, 'answers one item for each id given, in order, duplicates included', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    const [a = '', b = ''] = await givenInstances(stage, 2, { keyPair: 'deploy' })
    const batch = okOf(await stage.service.detach(keyPair, [b, b, a]))
    assert.deepEqual(
      batch.items.map(({ id }) => id),
      [b, b, a],
    )
  }),

  onInstances('KP-DETACH-06', 2, 'answers no items and makes no request for an empty list', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    assert.deepEqual(okOf(await stage.service.detach(keyPair, [])).items, [])
    assert.deepEqual(await stage.world.calls(), [])
  }),

  onInstances(
    'KP-DETACH-07',
    4,
    'can follow an attach before any restart, and then nothing is bound',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 2)
      okOf(await stage.service.attach(keyPair, ids))
      await stage.world.settle()
      okOf(await stage.service.detach(keyPair, ids))
      await stage.world.settle()
      const bound = boundIn(await stage.world.snapshot())
      for (const id of ids) assert.equal(bound.get(id), null)
    },
  ),
]
