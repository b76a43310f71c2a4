import assert from 'node:assert/strict'
import { collect, type KeyPair } from '@cloud-keypair/core'
import { type Case, type InstanceCaseContext, onInstances } from '../case-context.js'
import {
  batchOf,
  boundIn,
  coded,
  errOf,
  firstKey,
  given,
  givenInstances,
  isNamed,
  mutatingCalls,
  okOf,
} from '../expect.js'
import { must } from '../must.js'

/** Cases about instances that have several key pairs. */
export const severalCases: readonly Case[] = [
  onInstances(
    'KP-SEVERAL-01',
    6,
    'an attach replaces all key pairs of an instance, and names each',
    async (context) => {
      const { service, facts, world } = context
      const { deploy, one, two, ids } = await givenSeveral(context)
      const vacantOnly = batchOf(await service.attach(deploy, ids, { onlyIfVacant: true }))
      for (const { error } of vacantOnly.failed) must(isNamedIn(error.message, [one]), 'a conflict names the key pairs')
      assert.deepEqual([vacantOnly.failed.length, await mutatingCalls(context)], [ids.length, []])
      const batch = batchOf(await service.attach(deploy, ids))
      assert.equal(batch.succeeded.length, facts.replaces ? ids.length : 0)
      for (const { changed, replaced, alsoReplaced = [] } of batch.succeeded) {
        must(changed && replaced !== undefined && isNamed(replaced, one))
        assert.deepEqual(
          alsoReplaced.map((other) => isNamed(other, two)),
          replaced !== undefined && alsoReplaced.length > 0 ? [true] : [],
        )
      }
      const [both, withDeploy] = batch.succeeded
      if (facts.replaces) must(both?.alsoReplaced?.length === 1 && withDeploy?.alsoReplaced === undefined)
      await world.settle()
      const bound = boundIn(await world.snapshot())
      for (const { id } of batch.succeeded) assert.equal(bound.get(id), 'deploy')
    },
    ['several'],
  ),

  onInstances(
    'KP-SEVERAL-02',
    6,
    'a detach changes no instance that has another key pair too, and names that one',
    async (context) => {
      const { service } = context
      const { one, two, ids } = await givenSeveral(context)
      for (const takeEffect of ['next-restart', 'now'] as const) {
        const batch = batchOf(await service.detach(one, ids, { takeEffect }))
        assert.equal(batch.failed.length, ids.length)
        must(isNamedIn(coded(batch.failed[0]?.error ?? assert.fail(), 'conflict').message, [two]))
      }
      assert.deepEqual(await mutatingCalls(context), [])
    },
    ['several'],
  ),

  onInstances(
    'KP-SEVERAL-03',
    12,
    'usages, bindings and an audit show each key pair of an instance',
    async (context) => {
      const { service } = context
      const { one, two, ids } = await givenSeveral(context)
      const [both = ''] = ids
      for (const keyPair of [one, two]) {
        const users = okOf(await collect(service.usages(keyPair), { max: 10 }))
        must(users.some(({ instanceId }) => instanceId === both))
      }
      const [binding] = okOf(await service.bindings([both]))
      must(binding?.status === 'bound' && isNamed(binding.keyPair, one))
      assert.deepEqual(
        binding.alsoBound?.map((other) => isNamed(other, two)),
        [true],
      )
      const { findings, instances } = okOf(await service.audit())
      assert.deepEqual([findings.filter(({ kind }) => kind === 'unused'), instances], [[], ids.length])
    },
    ['several'],
  ),

  onInstances(
    'KP-SEVERAL-04',
    6,
    'a rotation replaces no key pair that it was not asked to replace',
    async (context) => {
      const { service, world } = context
      const { one, two, ids } = await givenSeveral(context)
      const { publicKey } = firstKey(context)
      const error = errOf(await service.rotate(one, { name: 'next', publicKey: publicKey.line }), 'incomplete')
      assert.equal(error.details.batch.failed.length, ids.length)
      must(isNamedIn(coded(error.details.batch.failed[0]?.error ?? assert.fail(), 'conflict').message, [two]))
      await world.settle()
      const { keyPairs, instances } = await world.snapshot()
      must(keyPairs.some(({ name }) => name === 'one'))
      for (const { bound } of instances) must(bound?.split('\n').includes('one'))
    },
    ['several'],
  ),
]

interface Several {
  readonly deploy: KeyPair
  readonly one: KeyPair
  readonly two: KeyPair
  /** An instance with `one` and `two`, and one with `one` and `deploy`. */
  readonly ids: readonly string[]
}

async function givenSeveral(context: InstanceCaseContext): Promise<Several> {
  const deploy = await given(context, { name: 'deploy' })
  const one = await given(context, { name: 'one' })
  const two = await given(context, { name: 'two' })
  const both = await givenInstances(context, 1, { keyPair: 'one', alsoBound: ['two'], prefix: 'both' })
  const withDeploy = await givenInstances(context, 1, { keyPair: 'one', alsoBound: ['deploy'], prefix: 'with' })
  return { deploy, one, two, ids: [...both, ...withDeploy] }
}

function isNamedIn(message: string, keyPairs: readonly KeyPair[]): boolean {
  return keyPairs.every(({ name, id }) => message.includes(name) || (id !== undefined && message.includes(id)))
}
