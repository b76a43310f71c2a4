import assert from 'node:assert/strict'
import { type DeleteOptions, type KeyPair, md5Fingerprint } from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import { type Case, type CaseContext, proves } from '../case-context.js'
import {
  errOf,
  firstKey,
  given,
  givenInstances,
  isComparable,
  mutatingCalls,
  named,
  okOf,
  secondKey,
} from '../expect.js'
import { unansweredIn } from './fault-kinds.js'

export const deleteByKeyCases: readonly Case[] = [
  proves(
    'KP-DELETE-08',
    10,
    'with its public key deletes the key pair and no other; the second run sends no change',
    async (context) => {
      const { service, world } = context
      await given(context, { name: 'deploy2', publicKey: mine(context) })
      const keyPair = await given(context, { name: 'deploy', publicKey: mine(context) })
      const id = keyPair.id ?? 'deploy'
      const deleted = await service.delete(keyPair, { publicKey: mine(context) })
      if (!isComparable(keyPair)) {
        errOf(deleted, 'unsupported')
        return assert.deepEqual(await mutatingCalls(context), [])
      }
      assert.deepEqual(okOf(deleted), { id, status: 'succeeded', changed: true })
      await world.settle()
      await world.forgetCalls()
      const again = okOf(await service.delete(keyPair, { publicKey: mine(context) }))
      assert.deepEqual(again, { id, status: 'succeeded', changed: false })
      assert.deepEqual(await mutatingCalls(context), [])
      assert.deepEqual(
        (await world.snapshot()).keyPairs.map(({ name }) => name),
        ['deploy2'],
      )
    },
  ),

  proves(
    'KP-DELETE-09',
    11,
    'with a public key deletes no key pair of another key, or of an unknown one',
    async (context) => {
      const { service, world } = context
      const key = firstKey(context).publicKey
      const other = secondKey(context).publicKey
      const keyPair = await given(context, { name: 'deploy', publicKey: key.line })
      const comparable = isComparable(okOf(await service.get(keyPair)))
      await world.forgetCalls()
      const error = errOf(
        await service.delete(keyPair, { publicKey: other.line }),
        comparable ? 'conflict' : 'unsupported',
      )
      assert.equal(error.outcome, 'none')
      if (error.code === 'conflict') {
        assert.equal(error.details.expected, md5Fingerprint(other))
        assert.equal(sameFingerprint(error.details.actual, key), 'same')
      }
      assert.deepEqual(await mutatingCalls(context), [])
      assert.equal(named(await world.snapshot(), 'deploy').length, 1, 'the key pair stays')

      const removed = await service.delete(keyPair, { publicKey: key.line })
      if (comparable) assert.equal(okOf(removed).changed, true)
      else errOf(removed, 'unsupported')
      assert.equal(named(await world.snapshot(), 'deploy').length, comparable ? 0 : 1)
    },
  ),

  proves(
    'KP-DELETE-10',
    6,
    'of several namesakes deletes those that have the key; without a key it is a conflict',
    async (context) => {
      const { service, world, facts, capabilities } = context
      const other = secondKey(context).publicKey.line
      const first = await given(context, { name: 'deploy', publicKey: mine(context) })
      if (!facts.namesRepeat || !capabilities.identity.includes('name')) {
        if (facts.namesRepeat) await world.seedKeyPairs([{ name: 'deploy', publicKey: other }])
        okOf(await service.delete(first, byKey(context, first)))
        const namesakes = named(await world.snapshot(), 'deploy').map(({ publicKey }) => publicKey)
        return assert.deepEqual(namesakes, facts.namesRepeat ? [other] : [])
      }
      await world.seedKeyPairs([
        { name: 'deploy', publicKey: other },
        { name: 'deploy', publicKey: mine(context) },
      ])
      errOf(await service.delete({ name: 'deploy' }), 'conflict')
      assert.deepEqual(await mutatingCalls(context), [])
      const removed = await service.delete({ name: 'deploy' }, { publicKey: mine(context) })
      const left = named(await world.snapshot(), 'deploy').map(({ publicKey }) => publicKey)
      if (isComparable(first)) {
        assert.equal(okOf(removed).changed, true)
        return assert.deepEqual(left, [other])
      }
      errOf(removed, 'unsupported')
      assert.equal(left.length, 3)
    },
  ),

  proves('KP-DELETE-11', 6, 'with a public key leaves a key pair in use, and names its users', async (context) => {
    const { service, world } = context
    const keyPair = await given(context, { name: 'deploy', publicKey: mine(context) })
    const ids = await givenInstances(context, 2, { keyPair: 'deploy' })
    const before = await world.snapshot()
    const error = errOf(await service.delete(keyPair, byKey(context, keyPair)), 'in-use')
    assert.deepEqual(error.details, { instanceIds: ids, more: false })
    assert.equal(error.outcome, 'none')
    assert.deepEqual(await world.snapshot(), before)
  }),

  proves('KP-DELETE-12', 4, 'ten callers at once all succeed, with and without a public key', async (context) => {
    const { service, world } = context
    for (const withKey of [true, false]) {
      const keyPair = await given(context, { name: 'deploy', publicKey: mine(context) })
      const options = withKey ? byKey(context, keyPair) : {}
      const count = context.usual ? 10 : 3
      const all = await Promise.all(Array.from({ length: count }, () => service.delete(keyPair, options)))
      for (const one of all) okOf(one)
      assert.deepEqual(named(await world.snapshot(), 'deploy'), [])
      await world.settle()
    }
  }),

  proves(
    'KP-DELETE-13',
    4,
    'with a public key resolves an unanswered delete',
    async (context) => {
      for (const [index, fault] of unansweredIn(context).entries()) {
        const name = `deploy${index}`
        const keyPair = await given(context, { name, publicKey: mine(context) })
        await context.world.fault({ on: 'delete', ...fault })
        const { changed } = okOf(await context.service.delete(keyPair, byKey(context, keyPair)))
        assert.equal(changed, true, `after ${JSON.stringify(fault)}`)
        await context.world.settle()
        assert.deepEqual(named(await context.world.snapshot(), name), [])
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),
]

function mine(context: CaseContext): string {
  return firstKey(context).publicKey.line
}

/** Deletes by the key if the cloud lets it compare. */
function byKey(context: CaseContext, keyPair: KeyPair): DeleteOptions {
  return isComparable(keyPair) ? { publicKey: mine(context) } : {}
}
