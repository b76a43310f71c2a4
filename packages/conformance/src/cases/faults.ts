import assert from 'node:assert/strict'
import { ok } from '@cloud-keypair/core'
import { attaches, type Case, onInstances, proves } from '../case.js'
import {
  batchOf,
  boundIn,
  contextOf,
  errOf,
  given,
  givenInstances,
  handleOf,
  isShort,
  mutatingCalls,
  named,
  okOf,
} from '../expect.js'
import { holds } from '../holds.js'
import { overriding } from '../overriding.js'
import { unansweredIn } from './fault-kinds.js'

export const faultCases: readonly Case[] = [
  onInstances(
    'KP-FAULT-01',
    4,
    'an attach that was not answered is settled, by looking or by asking again',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      for (const [index, fault] of unansweredIn(stage).entries()) {
        const ids = await givenInstances(stage, 3, { prefix: `f${index}` })
        await stage.world.fault({ on: 'attach', ...fault })
        const batch = okOf(await stage.service.attach(keyPair, ids))
        assert.deepEqual(
          batch.succeeded.map(({ changed }) => changed),
          [true, true, true],
        )
        await stage.world.settle()
        const bound = boundIn(await stage.world.snapshot())
        for (const id of ids) assert.equal(bound.get(id), 'deploy', `after ${JSON.stringify(fault)}`)
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  onInstances(
    'KP-FAULT-02',
    4,
    'a detach that was not answered is settled, by looking or by asking again',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      for (const [index, fault] of unansweredIn(stage).entries()) {
        const ids = await givenInstances(stage, 3, { prefix: `f${index}`, keyPair: 'deploy' })
        await stage.world.fault({ on: 'detach', ...fault })
        okOf(await stage.service.detach(keyPair, ids))
        await stage.world.settle()
        const bound = boundIn(await stage.world.snapshot())
        for (const id of ids) assert.equal(bound.get(id), null, `after ${JSON.stringify(fault)}`)
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  proves(
    'KP-FAULT-03',
    4,
    'an import that was not answered ends with one key pair, or says that it does not know',
    async (stage) => {
      for (const [index, fault] of unansweredIn(stage).entries()) {
        const key = stage.keys[index % stage.keys.length]
        holds(key !== undefined)
        const name = `import-${index}`
        await stage.world.fault({ on: 'import', ...fault })
        const result = await stage.service.import({ name, publicKey: key.publicKey.line })
        await stage.world.settle()
        const there = named(await stage.world.snapshot(), name)
        if (result.isOk())
          assert.deepEqual(
            there.map(({ publicKey }) => publicKey),
            [key.publicKey.line],
            `after ${JSON.stringify(fault)}`,
          )
        else assert.equal(result.error.outcome, 'unknown', `after ${JSON.stringify(fault)}: ${result.error.message}`)
        if (stage.capabilities.idempotencyToken) holds(result.isOk(), `a token settles ${JSON.stringify(fault)}`)
        holds(there.length <= 1, 'never two')
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  proves(
    'KP-FAULT-04',
    4,
    'a delete that was not answered is settled, and never deletes a newer key pair of the name',
    async (stage) => {
      for (const [index, fault] of unansweredIn(stage).entries()) {
        const name = `delete-${index}`
        const keyPair = await given(stage, { name })
        await stage.world.fault({ on: 'delete', ...fault })
        assert.equal(okOf(await stage.service.delete(keyPair)).changed, true, `after ${JSON.stringify(fault)}`)
        await stage.world.settle()
        assert.deepEqual(named(await stage.world.snapshot(), name), [])
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  onInstances(
    'KP-FAULT-05',
    4,
    'an unanswered call is sent again with the same token, a definite refusal with a new one',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 1)
      await stage.world.fault({ on: 'attach', kind: 'reset', commit: false })
      await stage.world.fault({ on: 'attach', kind: 'throttled' })
      okOf(await stage.service.attach(keyPair, ids))
      const tokens = (await mutatingCalls(stage)).map((call) => call.token)
      assert.equal(tokens.length, 3)
      if (!stage.capabilities.idempotencyToken) return
      holds(tokens.every((token) => token !== undefined && /^[\x21-\x7e]{1,64}$/.test(token)))
      assert.equal(tokens[1], tokens[0], 'the unanswered call is repeated with its token')
      assert.notEqual(tokens[2], tokens[1], 'after a refusal the token is a new one')
    },
    ['reset', 'throttled'],
  ),

  onInstances(
    'KP-FAULT-13',
    4,
    'a token is not sent again with other items than before',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 2)
      await stage.world.fault({ on: 'attach', kind: 'silence', commit: false })
      const request = { keyPair: handleOf(keyPair), instanceIds: ids.slice(1) }
      const byAnother = stage.clock
        .sleep(5_000, new AbortController().signal)
        .then(() => stage.driver.doAttachKeyPair(request, contextOf(stage, 'of-another')))
      okOf(await stage.service.attach(keyPair, ids))
      await byAnother
      const itemsOf = new Map<string | undefined, readonly string[]>()
      for (const { token, items } of await mutatingCalls(stage)) {
        if (stage.capabilities.idempotencyToken) assert.deepEqual(items, itemsOf.get(token) ?? items)
        itemsOf.set(token, items)
      }
    },
    ['silence'],
  ),

  onInstances(
    'KP-FAULT-06',
    4,
    'items that failed for a transient reason are sent again by themselves, with a new token',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const { instances } = stage.capabilities
      holds(instances !== false)
      const ids = await givenInstances(stage, Math.min(3, instances.change.items))
      const second = ids.at(-1) ?? ''
      await stage.world.fault({ on: 'attach', kind: 'items', ids: [second], as: 'throttled' })
      okOf(await stage.service.attach(keyPair, ids))
      const calls = await mutatingCalls(stage)
      if (!instances.perItemVerdicts || isShort(instances.change)) return
      assert.deepEqual(
        calls.map(({ items }) => items),
        [ids, [second]],
      )
      if (stage.capabilities.idempotencyToken) assert.notEqual(calls[0]?.token, calls[1]?.token)
    },
    ['items'],
  ),

  onInstances(
    'KP-FAULT-07',
    4,
    'keeps apart what failed, what succeeded and what an answer leaves out',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 4)
      const [a = '', b = ''] = ids
      await stage.world.fault({ on: 'attach', kind: 'items', ids: [a], as: 'strange', times: Infinity })
      const first = batchOf(await stage.service.attach(keyPair, ids))
      assert.deepEqual(
        first.items.map(({ status }) => status),
        ['failed', 'succeeded', 'succeeded', 'succeeded'],
      )
      await stage.world.settle()
      await stage.world.fault({ on: 'detach', kind: 'omits', ids: [b] })
      const second = batchOf(await stage.service.detach(keyPair, [b]))
      await stage.world.settle()
      const gone = boundIn(await stage.world.snapshot()).get(b) === null
      for (const item of second.items) holds(item.status === 'unknown' || (item.status === 'succeeded' && gone))
    },
    ['items', 'omits'],
  ),

  onInstances(
    'KP-FAULT-08',
    2,
    'takes no verdict on an id that nobody asked about, and one that comes twice once',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 2)
      await stage.world.fault({ on: 'attach', kind: 'foreign', commit: true })
      assert.deepEqual(
        okOf(await stage.service.attach(keyPair, ids)).items.map(({ id }) => id),
        ids,
      )
      await stage.world.settle()
      await stage.world.fault({ on: 'detach', kind: 'repeats', commit: true })
      assert.deepEqual(
        okOf(await stage.service.detach(keyPair, ids)).items.map(({ id }) => id),
        ids,
      )
    },
    ['foreign', 'repeats'],
  ),

  onInstances(
    'KP-FAULT-09',
    4,
    'a read is tried again, and a failed one before the first change is a plain error',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 1)
      await stage.world.fault({ on: 'read-instances', kind: 'server-error', commit: false, times: 2 })
      okOf(await stage.service.attach(keyPair, ids))
      await stage.world.forgetCalls()
      await stage.world.fault({ on: 'read-instances', kind: 'denied' })
      const error = errOf(await stage.service.detach(keyPair, ids), 'permission-denied')
      assert.equal(error.outcome, 'none')
      assert.deepEqual(await mutatingCalls(stage), [])
    },
    ['server-error', 'denied'],
  ),

  onInstances(
    'KP-FAULT-10',
    8,
    'a refusal is not repeated',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 1)
      await stage.world.fault({ on: 'attach', kind: 'denied', times: Infinity })
      const batch = batchOf(await stage.service.attach(keyPair, ids))
      assert.equal(batch.failed[0]?.error.retry, 'never')
      assert.equal((await mutatingCalls(stage)).length, 1)
    },
    ['denied'],
  ),

  proves(
    'KP-FAULT-11',
    1,
    'an answer of 50 MB, or that is none of the cloud, is an error, not a crash',
    async (stage) => {
      await given(stage, { name: 'deploy' })
      await stage.world.fault({ on: 'list', kind: 'garbled', how: stage.usual ? 'huge' : 'html', commit: false })
      const seen: string[] = []
      for await (const item of stage.service.list()) seen.push(item.isOk() ? 'ok' : item.error.code)
      assert.deepEqual(seen, ['invalid-response'])
    },
    ['garbled'],
  ),

  onInstances(
    'KP-FAULT-12',
    4,
    'an instance that the cloud neither changed nor speaks of is no success, and no failure either',
    async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 3)
      const [forgotten = ''] = ids.slice(1)
      const driver = overriding(stage.driver, {
        doAttachKeyPair: async (request, context) => {
          const instanceIds = request.instanceIds.filter((id) => id !== forgotten)
          return instanceIds.length === 0 ? ok([]) : stage.driver.doAttachKeyPair({ ...request, instanceIds }, context)
        },
      })
      const service = stage.serviceOver(driver)
      holds(attaches(service))
      const batch = batchOf(await service.attach(keyPair, ids))
      assert.deepEqual(
        batch.items.map(({ status }) => status),
        ['succeeded', 'unknown', 'succeeded'],
      )
    },
  ),
]
