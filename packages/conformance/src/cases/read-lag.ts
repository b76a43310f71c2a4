import assert from 'node:assert/strict'
import { type Case, onInstances, proves } from '../case-context.js'
import {
  batchOf,
  boundIn,
  contextOf,
  errOf,
  firstKey,
  given,
  givenInstances,
  named,
  okOf,
  secondKey,
} from '../expect.js'

const lagMs = 5_000

export const readLagCases: readonly Case[] = [
  proves(
    'KP-LAG-01',
    4,
    'an import succeeds once if reads show the key pair only later',
    async (context) => {
      const { service, world } = context
      const { publicKey } = firstKey(context)
      await world.setReadLag(lagMs)
      const imported = okOf(await service.import({ name: 'deploy', publicKey: publicKey.line }))
      assert.equal(imported.publicKey, publicKey.line)
      assert.equal(named(await world.snapshot(), 'deploy').length, 1)
    },
    ['read-lag'],
  ),

  proves(
    'KP-LAG-02',
    4,
    'an unanswered import ends with one key pair if reads show it only later',
    async (context) => {
      const { capabilities, service, world } = context
      const { publicKey } = firstKey(context)
      await world.setReadLag(lagMs)
      await world.fault({ on: 'import', kind: 'reset', commit: true })
      const result = await service.import({ name: 'deploy', publicKey: publicKey.line })
      if (result.isErr()) assert.equal(result.error.outcome, 'unknown')
      if (capabilities.idempotencyToken) okOf(result)
      await world.settle()
      assert.equal(named(await world.snapshot(), 'deploy').length, 1)
    },
    ['read-lag', 'reset'],
  ),

  onInstances(
    'KP-LAG-03',
    4,
    'attaches if reads show it only later, and an unanswered attach is no failure',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2)
      await world.setReadLag(lagMs)
      await world.fault({ on: 'attach', kind: 'reset', commit: true })
      // A cloud that refuses to attach what is bound already leaves it unknown until a read shows it.
      const batch = batchOf(await service.attach(keyPair, ids))
      assert.deepEqual(batch.failed, [])
      await world.settle()
      const bound = boundIn(await world.snapshot())
      for (const id of ids) assert.equal(bound.get(id), 'deploy')
    },
    ['read-lag', 'reset'],
  ),

  proves(
    'KP-LAG-04',
    6,
    'a taken name is already-exists even if reads do not show it yet',
    async (context) => {
      const { capabilities, driver, service, world } = context
      const { publicKey } = firstKey(context)
      const theirs = {
        name: 'deploy',
        publicKey: secondKey(context).publicKey.line,
        description: undefined,
        tags: {},
        group: undefined,
      }
      okOf(await driver.doImportKeyPair(theirs, contextOf(context, 'theirs')))
      await world.setReadLag(60_000)
      const result = await service.import({ name: 'deploy', publicKey: publicKey.line })
      if (capabilities.name.unique) errOf(result, 'already-exists')
      const names = named(await world.snapshot(), 'deploy')
      assert.equal(names.length, result.isOk() ? 2 : 1)
    },
    ['read-lag'],
  ),
]
