import assert from 'node:assert/strict'
import { publicKeyOf } from '@cloud-keypair/core'
import { type Case, decides } from '../case-context.js'
import { contextOf, errOf, mutatingCalls, named, okOf } from '../expect.js'
import { must } from '../must.js'

export const createInCloudCases: readonly Case[] = [
  decides(
    'KP-CLOUD-01',
    9,
    'returns the private key that the cloud generated, or is unsupported without a request',
    async (context) => {
      const result = await context.service.createInCloud({ name: 'deploy' })
      if (!context.capabilities.createInCloud) {
        errOf(result, 'unsupported')
        assert.deepEqual(await context.world.calls(), [])
        return 'verified-unsupported'
      }
      const created = okOf(result)
      const there = named(await context.world.snapshot(), 'deploy')[0]
      const belonging = publicKeyOf(created.privateKey).match(
        ({ line }) => line,
        ({ message }) => message,
      )
      assert.equal(belonging, there?.publicKey, 'the private key is the one of what the cloud keeps')
      must(
        context.keys.some(({ publicKey }) => publicKey.line === there?.publicKey),
        'the cloud of a harness generates by `generateInCloud`, whose keys are searched for',
      )
      must(created.publicKey === undefined || created.publicKey === there?.publicKey)
      assert.equal((await mutatingCalls(context)).length, 1)
      return 'passed'
    },
    ['given-key'],
  ),
  decides(
    'KP-CLOUD-02',
    5,
    'is never resent after an unanswered send, and has an unknown outcome',
    async (context) => {
      if (!context.capabilities.createInCloud) {
        errOf(await context.service.createInCloud({ name: 'deploy' }), 'unsupported')
        return 'verified-unsupported'
      }
      for (const commit of [true, false]) {
        await context.world.forgetCalls()
        await context.world.fault({ on: 'create', kind: 'reset', commit })
        const result = await context.service.createInCloud({ name: commit ? 'done' : 'lost' })
        must(result.isErr())
        assert.equal(result.error.outcome, 'unknown')
        assert.equal(result.error.retry, 'after-check')
        assert.equal((await mutatingCalls(context)).length, 1)
      }
      return 'passed'
    },
    ['reset'],
  ),
  decides(
    'KP-CLOUD-03',
    5,
    'is resent after a definite transient refusal',
    async (context) => {
      if (!context.capabilities.createInCloud) {
        errOf(await context.service.createInCloud({ name: 'deploy' }), 'unsupported')
        return 'verified-unsupported'
      }
      await context.world.fault({ on: 'create', kind: 'throttled', times: 2 })
      okOf(await context.service.createInCloud({ name: 'deploy' }))
      assert.equal(named(await context.world.snapshot(), 'deploy').length, 1)
      return 'passed'
    },
    ['throttled'],
  ),

  decides(
    'KP-CLOUD-04',
    5,
    'an answer without a usable key has an unknown outcome',
    async (context) => {
      if (!context.capabilities.createInCloud) {
        errOf(await context.service.createInCloud({ name: 'deploy' }), 'unsupported')
        return 'verified-unsupported'
      }
      for (const how of ['array', 'truncated', 'html'] as const) {
        await context.world.fault({ on: 'create', kind: 'garbled', how, commit: true })
        const result = await context.service.createInCloud({ name: `answered${how}` })
        assert.equal(result.isErr() && result.error.outcome, 'unknown')
      }
      const request = { name: 'sentTwice', description: undefined, tags: {}, group: undefined }
      await context.driver.doCreateKeyPair(request, contextOf(context, 'sent-twice'))
      // A cloud may repeat its answer by the token, and leave the key out.
      const again = await context.driver.doCreateKeyPair(request, contextOf(context, 'sent-twice'))
      if (again.isErr() && again.error.code === 'invalid-response') assert.equal(again.error.outcome, 'unknown')
      return 'passed'
    },
    ['garbled'],
  ),
]
