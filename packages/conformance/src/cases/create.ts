import assert from 'node:assert/strict'
import type { Secret } from '@cloud-keypair/core'
import { type Case, proves } from '../case.js'
import { errOf, firstKey, given, mutatingCalls, named, okOf, secondKey } from '../expect.js'
import { holds } from '../holds.js'

export const createCases: readonly Case[] = [
  proves(
    'KP-CREATE-01',
    5,
    'saves the private key before anything is in the cloud, and puts its public half there',
    async (stage) => {
      const { privateKey, publicKey } = firstKey(stage)
      let saved: Secret | undefined
      const save = async (key: Secret): Promise<void> => {
        assert.deepEqual(
          (await stage.world.snapshot()).keyPairs,
          [],
          'nothing may be in the cloud before the key is saved',
        )
        saved = key
      }
      const created = okOf(await stage.service.create({ name: 'deploy', save }))
      assert.equal(saved?.reveal(), privateKey.reveal())
      assert.equal(created.publicKey, publicKey.line)
      assert.equal(named(await stage.world.snapshot(), 'deploy')[0]?.publicKey, publicKey.line)
    },
  ),

  proves('KP-CREATE-02', 5, 'leaves nothing in the cloud where the private key cannot be saved', async (stage) => {
    const { privateKey } = firstKey(stage)
    const full = async (key: Secret): Promise<void> => {
      throw Object.assign(new Error(`ENOSPC: no space left, writing ${key.reveal()}`), { path: '/keys/deploy' })
    }
    const error = errOf(await stage.service.create({ name: 'deploy', save: full }), 'storage')
    assert.equal(error.outcome, 'none')
    assert.equal(error.details.path, '/keys/deploy')
    holds(!JSON.stringify([error.message, String(error.cause)]).includes(privateKey.reveal().slice(100, 140)))
    assert.deepEqual((await stage.world.snapshot()).keyPairs, [])
    assert.deepEqual(await mutatingCalls(stage), [])
  }),

  proves('KP-CREATE-03', 6, 'saves nothing where the name is taken', async (stage) => {
    await given(stage, { name: 'deploy' })
    let saves = 0
    const save = async (): Promise<void> => {
      saves += 1
    }
    errOf(await stage.service.create({ name: 'deploy', save }), 'already-exists')
    assert.equal(saves, 0)
    assert.deepEqual(await mutatingCalls(stage), [])
  }),

  proves(
    'KP-CREATE-04',
    5,
    'takes up a key that an earlier run saved, whether or not it had come to the cloud',
    async (stage) => {
      const { privateKey, publicKey } = secondKey(stage)
      const save = Object.assign(
        async (): Promise<void> => assert.fail('a key that was loaded must not be saved again'),
        { load: async () => privateKey },
      )
      const first = okOf(await stage.service.create({ name: 'deploy', save }))
      assert.equal(first.publicKey, publicKey.line)
      const again = await stage.service.create({ name: 'deploy', save })
      if (first.verified) assert.equal(okOf(again).verified, true)
      else errOf(again, 'already-exists')
      assert.equal(named(await stage.world.snapshot(), 'deploy').length, 1)
    },
  ),
]
