import assert from 'node:assert/strict'
import { collect, ok } from '@cloud-keypair/core'
import { attaches, type Case, onInstances, proves } from '../case-context.js'
import {
  batchOf,
  boundIn,
  contextOf,
  errOf,
  firstKey,
  given,
  givenInstances,
  handleOf,
  isShort,
  mutatingCalls,
  named,
  okOf,
} from '../expect.js'
import { must } from '../must.js'
import { overriding } from '../overriding.js'
import { unansweredIn } from './fault-kinds.js'

export const faultCases: readonly Case[] = [
  onInstances(
    'KP-FAULT-01',
    4,
    'an unanswered attach is resolved by a read or a resend',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      for (const [index, fault] of unansweredIn(context).entries()) {
        const ids = await givenInstances(context, 3, { prefix: `f${index}` })
        await context.world.fault({ on: 'attach', ...fault })
        const batch = okOf(await context.service.attach(keyPair, ids))
        assert.deepEqual(
          batch.succeeded.map(({ changed }) => changed),
          [true, true, true],
        )
        await context.world.settle()
        const bound = boundIn(await context.world.snapshot())
        for (const id of ids) assert.equal(bound.get(id), 'deploy', `after ${JSON.stringify(fault)}`)
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  onInstances(
    'KP-FAULT-02',
    4,
    'an unanswered detach is resolved by a read or a resend',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      for (const [index, fault] of unansweredIn(context).entries()) {
        const ids = await givenInstances(context, 3, { prefix: `f${index}`, keyPair: 'deploy' })
        await context.world.fault({ on: 'detach', ...fault })
        okOf(await context.service.detach(keyPair, ids))
        await context.world.settle()
        const bound = boundIn(await context.world.snapshot())
        for (const id of ids) assert.equal(bound.get(id), null, `after ${JSON.stringify(fault)}`)
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  proves(
    'KP-FAULT-03',
    4,
    'an unanswered import ends with one key pair, or with an unknown outcome',
    async (context) => {
      for (const [index, fault] of unansweredIn(context).entries()) {
        const key = context.keys[index % context.keys.length]
        must(key !== undefined)
        const name = `import${index}`
        await context.world.fault({ on: 'import', ...fault })
        const result = await context.service.import({ name, publicKey: key.publicKey.line })
        await context.world.settle()
        const there = named(await context.world.snapshot(), name)
        if (result.isOk())
          assert.deepEqual(
            there.map(({ publicKey }) => publicKey),
            [key.publicKey.line],
            `after ${JSON.stringify(fault)}`,
          )
        else assert.equal(result.error.outcome, 'unknown', `after ${JSON.stringify(fault)}: ${result.error.message}`)
        if (context.capabilities.idempotencyToken) must(result.isOk(), `a token settles ${JSON.stringify(fault)}`)
        must(there.length <= 1, 'never two')
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  proves(
    'KP-FAULT-04',
    4,
    'an unanswered delete is resolved, and never deletes a newer key pair of the name',
    async (context) => {
      for (const [index, fault] of unansweredIn(context).entries()) {
        const name = `delete${index}`
        const keyPair = await given(context, { name })
        await context.world.fault({ on: 'delete', ...fault })
        assert.equal(okOf(await context.service.delete(keyPair)).changed, true, `after ${JSON.stringify(fault)}`)
        await context.world.settle()
        assert.deepEqual(named(await context.world.snapshot(), name), [])
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  onInstances(
    'KP-FAULT-05',
    4,
    'an unanswered call is resent with the same token, a refused call with a new one',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'reset', commit: false })
      await context.world.fault({ on: 'attach', kind: 'throttled' })
      okOf(await context.service.attach(keyPair, ids))
      const tokens = (await mutatingCalls(context)).map((call) => call.token)
      assert.equal(tokens.length, 3)
      if (!context.capabilities.idempotencyToken) return
      must(tokens.every((token) => token !== undefined && /^[\x21-\x7e]{1,64}$/.test(token)))
      assert.equal(tokens[1], tokens[0], 'the unanswered call is repeated with its token')
      assert.notEqual(tokens[2], tokens[1], 'after a refusal the token is a new one')
    },
    ['reset', 'throttled'],
  ),

  onInstances(
    'KP-FAULT-13',
    4,
    'a token is never resent with other items',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2)
      await context.world.fault({ on: 'attach', kind: 'silence', commit: false })
      const request = { keyPair: handleOf(keyPair), instanceIds: ids.slice(1) }
      const byAnother = context.clock
        .sleep(5_000, new AbortController().signal)
        .then(() => context.driver.doAttachKeyPair(request, contextOf(context, 'of-another')))
      okOf(await context.service.attach(keyPair, ids))
      await byAnother
      const itemsOf = new Map<string | undefined, readonly string[]>()
      for (const { token, items } of await mutatingCalls(context)) {
        if (context.capabilities.idempotencyToken) assert.deepEqual(items, itemsOf.get(token) ?? items)
        itemsOf.set(token, items)
      }
    },
    ['silence'],
  ),

  onInstances(
    'KP-FAULT-06',
    4,
    'items that failed for a transient reason are resent alone, with a new token',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const { instances } = context.capabilities
      must(instances !== false)
      const ids = await givenInstances(context, Math.min(3, instances.change.items))
      const second = ids.at(-1) ?? ''
      await context.world.fault({ on: 'attach', kind: 'items', ids: [second], as: 'throttled' })
      okOf(await context.service.attach(keyPair, ids))
      const calls = await mutatingCalls(context)
      if (!instances.perItemVerdicts || isShort(instances.change)) return
      assert.deepEqual(
        calls.map(({ items }) => items),
        [ids, [second]],
      )
      if (context.capabilities.idempotencyToken) assert.notEqual(calls[0]?.token, calls[1]?.token)
    },
    ['items'],
  ),

  onInstances(
    'KP-FAULT-07',
    4,
    'keeps apart failed, succeeded and omitted items',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 4)
      const [a = '', b = ''] = ids
      await context.world.fault({ on: 'attach', kind: 'items', ids: [a], as: 'strange', times: Infinity })
      const first = batchOf(await context.service.attach(keyPair, ids))
      assert.deepEqual(
        first.items.map(({ status }) => status),
        ['failed', 'succeeded', 'succeeded', 'succeeded'],
      )
      await context.world.settle()
      await context.world.fault({ on: 'detach', kind: 'omits', ids: [b] })
      const second = batchOf(await context.service.detach(keyPair, [b]))
      await context.world.settle()
      const gone = boundIn(await context.world.snapshot()).get(b) === null
      for (const item of second.items) must(item.status === 'unknown' || (item.status === 'succeeded' && gone))
    },
    ['items', 'omits'],
  ),

  onInstances(
    'KP-FAULT-08',
    2,
    'ignores a verdict on a foreign id, and counts a repeated verdict once',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2)
      await context.world.fault({ on: 'attach', kind: 'foreign', commit: true })
      assert.deepEqual(
        okOf(await context.service.attach(keyPair, ids)).items.map(({ id }) => id),
        ids,
      )
      await context.world.settle()
      await context.world.fault({ on: 'detach', kind: 'repeats', commit: true })
      assert.deepEqual(
        okOf(await context.service.detach(keyPair, ids)).items.map(({ id }) => id),
        ids,
      )
    },
    ['foreign', 'repeats'],
  ),

  onInstances(
    'KP-FAULT-09',
    4,
    'a read is retried, and its failure before the first change is a plain error',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'read-instances', kind: 'server-error', commit: false, times: 2 })
      okOf(await context.service.attach(keyPair, ids))
      await context.world.forgetCalls()
      await context.world.fault({ on: 'read-instances', kind: 'denied' })
      const error = errOf(await context.service.detach(keyPair, ids), 'permission-denied')
      assert.equal(error.outcome, 'none')
      assert.deepEqual(await mutatingCalls(context), [])
    },
    ['server-error', 'denied'],
  ),

  onInstances(
    'KP-FAULT-10',
    8,
    'a refusal is not retried',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'denied', times: Infinity })
      const batch = batchOf(await context.service.attach(keyPair, ids))
      assert.equal(batch.failed[0]?.error.retry, 'never')
      assert.equal((await mutatingCalls(context)).length, 1)
    },
    ['denied'],
  ),

  proves(
    'KP-FAULT-11',
    1,
    'an answer of 50 MB, or from something else than the cloud, is an error, not a crash',
    async (context) => {
      await given(context, { name: 'deploy' })
      const how = context.usual ? 'huge' : 'html'
      await context.world.fault({ on: 'list', kind: 'garbled', how, commit: false, times: Infinity })
      const seen: string[] = []
      for await (const item of context.service.list()) seen.push(item.isOk() ? 'ok' : item.error.code)
      assert.deepEqual(seen, ['invalid-response'])
    },
    ['garbled'],
  ),

  proves(
    'KP-FAULT-16',
    4,
    'a read with a malformed answer is retried',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      for (const how of ['html', 'truncated', 'array', 'empty'] as const) {
        await world.fault({ on: 'lookup', kind: 'garbled', how, commit: false })
        assert.equal(okOf(await service.get(keyPair)).name, 'deploy', `after ${how}`)
        await world.fault({ on: 'list', kind: 'garbled', how, commit: false })
        assert.deepEqual(
          okOf(await collect(service.list(), { max: 10 })).map(({ name }) => name),
          ['deploy'],
          `after ${how}`,
        )
        await world.fault({ on: 'list-instances', kind: 'garbled', how, commit: false })
        assert.deepEqual(okOf(await collect(service.usages(keyPair), { max: 10 })), [], `after ${how}`)
      }
    },
    ['garbled'],
  ),

  onInstances(
    'KP-FAULT-12',
    4,
    'an unchanged instance without a verdict is neither succeeded nor failed',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 3)
      const [forgotten = ''] = ids.slice(1)
      const driver = overriding(context.driver, {
        doAttachKeyPair: async (request, callContext) => {
          const instanceIds = request.instanceIds.filter((id) => id !== forgotten)
          return instanceIds.length === 0
            ? ok([])
            : context.driver.doAttachKeyPair({ ...request, instanceIds }, callContext)
        },
      })
      const service = context.serviceOver(driver)
      must(attaches(service))
      const batch = batchOf(await service.attach(keyPair, ids))
      assert.deepEqual(
        batch.items.map(({ status }) => status),
        ['succeeded', 'unknown', 'succeeded'],
      )
    },
  ),

  onInstances(
    'KP-FAULT-14',
    4,
    'an unanswered detach is resent with the same token',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { keyPair: 'deploy' })
      await context.world.fault({ on: 'detach', kind: 'reset', commit: false })
      okOf(await context.service.detach(keyPair, ids))
      const tokens = (await mutatingCalls(context)).map(({ token }) => token)
      assert.equal(tokens.length, 2)
      if (context.capabilities.idempotencyToken) assert.equal(tokens[1], tokens[0])
    },
    ['reset'],
  ),

  onInstances(
    'KP-FAULT-15',
    4,
    'an attach that took effect unseen is no failure if its resend is refused',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 3)
      await context.world.setReadLag(10 * 60_000)
      // One call each if a call takes one instance.
      for (const _ of isShort(context.instances.change) || context.instances.change.items < ids.length ? ids : [0])
        await context.world.fault({ on: 'attach', kind: 'reset', commit: true })
      await context.world.fault({ on: 'attach', kind: 'denied', times: Infinity })
      const { items } = batchOf(await context.service.attach(keyPair, ids))
      for (const item of items) must(item.status !== 'failed', `${item.id} may have its key`)
    },
    ['reset', 'denied', 'read-lag'],
  ),

  proves(
    'KP-FAULT-17',
    4,
    'a call that the cloud refuses as the session has ended is made again with new credentials',
    async (context) => {
      const { service, world } = context
      await world.fault({ on: 'list', kind: 'expired' })
      assert.deepEqual(okOf(await collect(service.list(), { max: 10 })), [])
      assert.equal((await world.calls()).length, 2)
      await world.fault({ on: 'import', kind: 'expired' })
      okOf(await service.import({ name: 'deploy', publicKey: firstKey(context).publicKey.line }))
      assert.equal(named(await world.snapshot(), 'deploy').length, 1)
    },
    ['expired'],
  ),
]
