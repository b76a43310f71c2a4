import assert from 'node:assert/strict'
import { md5Fingerprint, sameFingerprint } from '@cloud-keypair/core'
import { type Case, proves } from '../case-context.js'
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

export const ensureAbsentCases: readonly Case[] = [
  proves(
    'KP-ABSENT-01',
    10,
    'deletes the key pair and no other; the second run asks for no change',
    async (context) => {
      const { service, world } = context
      await given(context, { name: 'deploy-2' })
      const keyPair = await given(context, { name: 'deploy' })
      const { changed, deleted } = okOf(await service.ensureAbsent(keyPair))
      assert.deepEqual(
        { changed, deleted },
        { changed: true, deleted: [{ id: keyPair.id ?? 'deploy', status: 'succeeded', changed: true }] },
      )
      await world.settle()
      await world.forgetCalls()
      assert.deepEqual(okOf(await service.ensureAbsent(keyPair)), { changed: false, deleted: [] })
      assert.deepEqual(await mutatingCalls(context), [])
      assert.deepEqual(
        (await world.snapshot()).keyPairs.map(({ name }) => name),
        ['deploy-2'],
      )
    },
  ),

  proves(
    'KP-ABSENT-02',
    11,
    'with a public key deletes nothing that has another, or that cannot be told to have it',
    async (context) => {
      const { service, world } = context
      const mine = firstKey(context).publicKey
      const other = secondKey(context).publicKey
      const keyPair = await given(context, { name: 'deploy', publicKey: mine.line })
      const comparable = isComparable(okOf(await service.get(keyPair)))
      await world.forgetCalls()
      const error = errOf(
        await service.ensureAbsent(keyPair, { publicKey: other.line }),
        comparable ? 'conflict' : 'unsupported',
      )
      assert.equal(error.outcome, 'none')
      if (error.code === 'conflict') {
        assert.equal(error.details.expected, md5Fingerprint(other))
        assert.equal(sameFingerprint(error.details.actual, mine), 'same')
      }
      assert.deepEqual(await mutatingCalls(context), [])
      assert.equal(named(await world.snapshot(), 'deploy').length, 1, 'the key pair stays')

      const removed = await service.ensureAbsent(keyPair, { publicKey: mine.line })
      if (comparable) assert.equal(okOf(removed).changed, true)
      else errOf(removed, 'unsupported')
      assert.equal(named(await world.snapshot(), 'deploy').length, comparable ? 0 : 1)
    },
  ),

  proves(
    'KP-ABSENT-03',
    6,
    'of several key pairs of a name deletes those that have the key; which is meant without one is a conflict',
    async (context) => {
      const { service, world, facts, capabilities } = context
      const mine = firstKey(context).publicKey.line
      const other = secondKey(context).publicKey.line
      const first = await given(context, { name: 'deploy', publicKey: mine })
      if (!facts.namesRepeat || !capabilities.identity.includes('name')) {
        if (facts.namesRepeat) await world.seedKeyPairs([{ name: 'deploy', publicKey: other }])
        okOf(await service.ensureAbsent(first))
        const namesakes = named(await world.snapshot(), 'deploy').map(({ publicKey }) => publicKey)
        return assert.deepEqual(namesakes, facts.namesRepeat ? [other] : [])
      }
      await world.seedKeyPairs([
        { name: 'deploy', publicKey: other },
        { name: 'deploy', publicKey: mine },
      ])
      errOf(await service.ensureAbsent({ name: 'deploy' }), 'conflict')
      assert.deepEqual(await mutatingCalls(context), [])
      const removed = await service.ensureAbsent({ name: 'deploy' }, { publicKey: mine })
      const left = named(await world.snapshot(), 'deploy').map(({ publicKey }) => publicKey)
      if (isComparable(first)) {
        assert.equal(okOf(removed).deleted.length, 2)
        return assert.deepEqual(left, [other])
      }
      errOf(removed, 'unsupported')
      assert.equal(left.length, 3)
    },
  ),

  proves('KP-ABSENT-04', 6, 'leaves a key pair in use, and says who uses it', async (context) => {
    const { service, world } = context
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 2, { keyPair: 'deploy' })
    const before = await world.snapshot()
    const error = errOf(await service.ensureAbsent(keyPair), 'in-use')
    assert.deepEqual(error.details, { instanceIds: ids, more: false })
    assert.equal(error.outcome, 'none')
    assert.deepEqual(await world.snapshot(), before)
  }),

  proves('KP-ABSENT-05', 4, 'ten callers at once all succeed', async (context) => {
    const { service, world } = context
    const keyPair = await given(context, { name: 'deploy' })
    const all = await Promise.all(Array.from({ length: context.usual ? 10 : 3 }, () => service.ensureAbsent(keyPair)))
    for (const one of all) okOf(one)
    assert.deepEqual(named(await world.snapshot(), 'deploy'), [])
  }),

  proves(
    'KP-ABSENT-06',
    4,
    'a delete that was not answered is settled',
    async (context) => {
      for (const [index, fault] of unansweredIn(context).entries()) {
        const name = `absent-${index}`
        const keyPair = await given(context, { name })
        await context.world.fault({ on: 'delete', ...fault })
        assert.equal(okOf(await context.service.ensureAbsent(keyPair)).changed, true, `after ${JSON.stringify(fault)}`)
        await context.world.settle()
        assert.deepEqual(named(await context.world.snapshot(), name), [])
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),
]
