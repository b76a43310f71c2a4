import assert from 'node:assert/strict'
import type { Secret } from '@cloud-keypair/core'
import { type Case, proves } from '../case-context.js'
import { errOf, firstKey, given, mutatingCalls, named, okOf, secondKey } from '../expect.js'
import { must } from '../must.js'

export const createCases: readonly Case[] = [
  proves('KP-CREATE-01', 5, 'saves the private key before the import, and imports its public key', async (context) => {
    const { privateKey, publicKey } = firstKey(context)
    let saved: Secret | undefined
    const save = async (key: Secret): Promise<void> => {
      assert.deepEqual(
        (await context.world.snapshot()).keyPairs,
        [],
        'nothing may be in the cloud before the key is saved',
      )
      saved = key
    }
    const created = okOf(await context.service.create({ name: 'deploy', save }))
    assert.equal(saved?.reveal(), privateKey.reveal())
    assert.equal(created.publicKey, publicKey.line)
    assert.equal(named(await context.world.snapshot(), 'deploy')[0]?.publicKey, publicKey.line)
  }),

  proves('KP-CREATE-02', 5, 'leaves nothing in the cloud if the private key cannot be saved', async (context) => {
    const { privateKey } = firstKey(context)
    const full = async (key: Secret): Promise<void> => {
      throw Object.assign(new Error(`ENOSPC: no space left, writing ${key.reveal()}`), { path: '/keys/deploy' })
    }
    const error = errOf(await context.service.create({ name: 'deploy', save: full }), 'storage')
    assert.equal(error.outcome, 'none')
    assert.equal(error.details.path, '/keys/deploy')
    must(!JSON.stringify([error.message, String(error.cause)]).includes(privateKey.reveal().slice(100, 140)))
    assert.deepEqual((await context.world.snapshot()).keyPairs, [])
    assert.deepEqual(await mutatingCalls(context), [])
  }),

  proves('KP-CREATE-03', 6, 'saves nothing if the name is taken', async (context) => {
    await given(context, { name: 'deploy' })
    let saves = 0
    const save = async (): Promise<void> => {
      saves += 1
    }
    errOf(await context.service.create({ name: 'deploy', save }), 'already-exists')
    assert.equal(saves, 0)
    assert.deepEqual(await mutatingCalls(context), [])
  }),

  proves('KP-CREATE-04', 5, 'uses a key that an earlier run saved, imported or not', async (context) => {
    const { privateKey, publicKey } = secondKey(context)
    const save = Object.assign(
      async (): Promise<void> => assert.fail('a key that was loaded must not be saved again'),
      { load: async () => privateKey },
    )
    const first = okOf(await context.service.create({ name: 'deploy', save }))
    assert.equal(first.publicKey, publicKey.line)
    const again = await context.service.create({ name: 'deploy', save })
    if (first.verified) assert.equal(okOf(again).verified, true)
    else errOf(again, 'already-exists')
    assert.equal(named(await context.world.snapshot(), 'deploy').length, 1)
  }),
]
