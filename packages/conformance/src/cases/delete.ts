import assert from 'node:assert/strict'
import { collect, type KeyPair } from '@cloud-keypair/core'
import { type Case, proves } from '../case-context.js'
import { coded, errOf, firstKey, given, givenInstances, mutatingCalls, named, okOf } from '../expect.js'
import { must } from '../must.js'

export const deleteCases: readonly Case[] = [
  proves('KP-DELETE-01', 10, 'deletes the key pair, and no other', async (context) => {
    await given(context, { name: 'deploy2' })
    const keyPair = await given(context, { name: 'deploy' })
    assert.equal(okOf(await context.service.delete(keyPair)).changed, true)
    assert.deepEqual(
      (await context.world.snapshot()).keyPairs.map(({ name }) => name),
      ['deploy2'],
    )
  }),

  proves('KP-DELETE-02', 4, 'is an unchanged success if there is no such key pair', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    okOf(await context.service.delete(keyPair))
    assert.equal(okOf(await context.service.delete(keyPair)).changed, false)
  }),

  proves('KP-DELETE-03', 6, 'refuses a key pair in use, names its users, and deletes nothing', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 3, { keyPair: 'deploy' })
    const error = errOf(await context.service.delete(keyPair), 'in-use')
    assert.deepEqual(error.details, { instanceIds: ids, more: false })
    assert.equal(error.outcome, 'none')
    assert.equal(named(await context.world.snapshot(), 'deploy').length, 1)
  }),

  proves('KP-DELETE-04', 2, 'names at most 100 users of a key pair, and tells if there are more', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    await givenInstances(context, 130, { keyPair: 'deploy' })
    const error = errOf(await context.service.delete(keyPair), 'in-use')
    assert.equal(new Set(error.details.instanceIds).size, 100)
    assert.equal(error.details.more, true)
  }),

  proves(
    'KP-DELETE-05',
    2,
    'of many, returns an item for each, in order, duplicates included, and deletes all that can be deleted',
    async (context) => {
      const used = await given(context, { name: 'used' })
      const free = await given(context, { name: 'free' })
      const gone = await given(context, { name: 'gone' })
      await givenInstances(context, 1, { keyPair: 'used' })
      okOf(await context.service.delete(gone))
      const result = await context.service.deleteMany([used, free, gone, free])
      const { batch } = errOf(result, 'incomplete').details
      assert.deepEqual(
        batch.items.map(({ status }) => status),
        ['failed', 'succeeded', 'succeeded', 'succeeded'],
      )
      const [failed] = batch.failed
      must(failed !== undefined)
      coded(failed.error, 'in-use')
      assert.deepEqual(
        (await context.world.snapshot()).keyPairs.map(({ name }) => name),
        ['used'],
      )
    },
  ),

  proves('KP-DELETE-06', 3, 'of many, keeps the limit of a call', async (context) => {
    const { publicKey } = firstKey(context)
    const names = Array.from({ length: context.capabilities.delete.items * 2 + 1 }, (_, index) => `k${index}`)
    await context.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const keyPairs: readonly KeyPair[] = okOf(await collect(context.service.list(), { max: 1000 }))
    const batch = okOf(await context.service.deleteMany(keyPairs))
    assert.equal(batch.succeeded.length, names.length)
    for (const call of await mutatingCalls(context)) must(call.items.length <= context.capabilities.delete.items)
    assert.deepEqual((await context.world.snapshot()).keyPairs, [])
  }),

  proves(
    'KP-DELETE-07',
    4,
    'of a key pair that the cloud refuses to delete is an error, and the key pair stays',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      await context.world.fault({ on: 'delete', kind: 'denied' })
      const error = errOf(await context.service.delete(keyPair), 'permission-denied')
      assert.equal(error.outcome, 'none')
      assert.equal(named(await context.world.snapshot(), 'deploy').length, 1)
    },
    ['denied'],
  ),
]
