import assert from 'node:assert/strict'
import { collect } from '@cloud-keypair/core'
import { type Case, onInstances, proves } from '../case-context.js'
import {
  batchOf,
  boundIn,
  errOf,
  firstKey,
  given,
  givenInstances,
  mutatingCalls,
  named,
  okOf,
  pageOf,
} from '../expect.js'
import { must } from '../must.js'

export const boundedCases: readonly Case[] = [
  onInstances(
    'KP-BOUND-01',
    8,
    'waits until its deadline, and no longer, for a cloud that throttles without end',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'throttled', times: Infinity })
      const before = context.clock.now()
      const batch = batchOf(await context.service.attach(keyPair, ids))
      assert.equal(batch.failed[0]?.error.code, 'throttled')
      assert.equal(batch.failed[0]?.error.outcome, 'none')
      assert.equal(batch.failed[0]?.error.retry, 'safe')
      const tookMs = context.clock.now() - before
      must(tookMs > 240_000 && tookMs <= 300_050, `it gave up after ${tookMs} ms of 300,000`)
      must((await mutatingCalls(context)).length <= 100)
    },
    ['throttled'],
  ),

  proves(
    'KP-BOUND-13',
    8,
    'a call that is throttled more often than any retry budget still succeeds',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const publicKey = firstKey(context).publicKey.line
      const throttled = { kind: 'throttled', times: 9 } as const
      await world.fault({ on: 'lookup', ...throttled })
      okOf(await service.get(keyPair))
      await world.fault({ on: 'list', ...throttled })
      okOf(await collect(service.list(), { max: 10 }))
      await world.fault({ on: 'import', ...throttled })
      okOf(await service.import({ name: 'second', publicKey }))
      await world.fault({ on: 'delete', ...throttled })
      okOf(await service.delete(keyPair))
    },
    ['throttled'],
  ),

  onInstances(
    'KP-BOUND-14',
    8,
    'a batch and its reads outlast a cloud that throttles for minutes',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 3)
      const throttled = { kind: 'throttled', times: 20 } as const
      await context.world.fault({ on: 'read-instances', ...throttled })
      await context.world.fault({ on: 'attach', ...throttled })
      okOf(await context.service.attach(keyPair, ids))
    },
    ['throttled'],
  ),

  onInstances(
    'KP-BOUND-07',
    8,
    'gives up within its retry budget if the cloud always fails, with an unknown outcome',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'server-error', commit: false, times: Infinity })
      const batch = batchOf(await context.service.attach(keyPair, ids))
      assert.equal(batch.unknown[0]?.error.code, 'unavailable')
      must((await mutatingCalls(context)).length <= 20)
    },
    ['server-error'],
  ),

  onInstances(
    'KP-BOUND-02',
    8,
    "waits as long as the cloud's hint says",
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      for (const on of ['attach', 'read-instances'] as const) {
        const ids = await givenInstances(context, 1, { prefix: on })
        await context.world.fault({ on, kind: 'throttled', retryAfterMs: 30_000 })
        const before = context.clock.now()
        okOf(await context.service.attach(keyPair, ids))
        must(context.clock.now() - before >= 30_000, `${on} is not sent again before its time`)
      }
    },
    ['throttled'],
  ),

  onInstances(
    'KP-BOUND-08',
    8,
    'gives up at once if the wait that the cloud asks for would outlast the deadline',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'throttled', retryAfterMs: 60_000 })
      const before = context.clock.now()
      const batch = batchOf(await context.service.attach(keyPair, ids, { deadlineMs: 30_000 }))
      assert.equal(batch.failed[0]?.error.code, 'throttled')
      must(context.clock.now() - before < 1_000)
    },
    ['throttled'],
  ),

  onInstances(
    'KP-BOUND-09',
    8,
    'an abort ends a wait before a retry',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'throttled', retryAfterMs: 60_000 })
      const abort = new AbortController()
      const before = context.clock.now()
      void context.clock.sleep(5_000, new AbortController().signal).then(() => abort.abort())
      const batch = batchOf(await context.service.attach(keyPair, ids, { signal: abort.signal }))
      assert.equal(batch.failed[0]?.error.code, 'aborted')
      must(context.clock.now() - before <= 5_050)
    },
    ['throttled'],
  ),

  onInstances(
    'KP-BOUND-03',
    8,
    'an abort ends new calls at once, and tells what is known of each item',
    async (context) => {
      const { instances } = context.capabilities
      must(instances !== false)
      const keyPair = await given(context, { name: 'deploy' })
      // Two calls are answered, four are open, and some are not sent.
      const ids = await givenInstances(context, instances.change.items * (context.usual ? 12 : 7))
      const abort = new AbortController()
      await context.world.fault({ on: 'attach', kind: 'silence', commit: true, times: Infinity, skip: 2 })
      // A cloud that does not confirm a change needs some time for it.
      const abortMs = instances.confirms ? 5_000 : 14_000
      void context.clock.sleep(abortMs, new AbortController().signal).then(() => abort.abort())
      const started = context.clock.now()
      const batch = batchOf(await context.service.attach(keyPair, ids, { signal: abort.signal }))
      must(context.clock.now() - started <= abortMs + 50, 'an aborted operation settles within 50 ms')
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        ids,
      )
      const sent = (await mutatingCalls(context)).length
      await context.world.settle()
      assert.equal((await mutatingCalls(context)).length, sent, 'nothing is sent after an abort')
      const bound = boundIn(await context.world.snapshot())
      for (const item of batch.items) {
        if (item.status === 'succeeded') assert.equal(bound.get(item.id), 'deploy')
        else assert.equal(item.error.code, 'aborted')
        if (item.status === 'failed') assert.equal(bound.get(item.id), null)
      }
      must(batch.succeeded.length > 0 && batch.unknown.length > 0 && batch.failed.length > 0)
    },
    ['silence'],
  ),

  onInstances('KP-BOUND-04', 8, 'an operation that was aborted before its start sends nothing', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 1)
    const signal = AbortSignal.abort()
    for (const error of [
      errOf(await context.service.attach(keyPair, ids, { signal }), 'aborted'),
      errOf(await context.service.get(keyPair, { signal }), 'aborted'),
      errOf(await context.service.delete(keyPair, { signal }), 'aborted'),
    ]) {
      assert.equal(error.outcome, 'none')
    }
    assert.deepEqual(await context.world.calls(), [])
  }),

  onInstances(
    'KP-BOUND-05',
    8,
    'ends by its deadline if the cloud never answers',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'read-instances', kind: 'silence', commit: false, times: Infinity })
      const started = context.clock.now()
      const error = errOf(await context.service.attach(keyPair, ids, { deadlineMs: 30_000 }), 'timeout')
      assert.equal(error.outcome, 'none')
      must(context.clock.now() - started <= 30_050)
    },
    ['silence'],
  ),

  proves('KP-BOUND-06', 8, "a list's deadline does not run while its consumer holds an item", async (context) => {
    const { publicKey } = firstKey(context)
    const names = Array.from({ length: pageOf(context.capabilities) + 1 }, (_, index) => `k${index}`)
    await context.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    let seen = 0
    for await (const item of context.service.list()) {
      okOf(item)
      seen += 1
      if (seen === 1) await context.clock.sleep(10 * 60_000, new AbortController().signal)
    }
    assert.equal(seen, names.length)
  }),

  proves(
    'KP-BOUND-10',
    8,
    'a read, an import, an ensure and a delete that were aborted before their start send nothing',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const { service } = context
      const signal = AbortSignal.abort()
      const publicKey = firstKey(context).publicKey.line
      for (const error of [
        errOf(await service.get(keyPair, { signal }), 'aborted'),
        errOf(await service.delete(keyPair, { signal }), 'aborted'),
        errOf(await service.import({ name: 'new', publicKey, signal }), 'aborted'),
        errOf(await service.ensure({ name: 'new', publicKey, signal }), 'aborted'),
        errOf(await service.delete(keyPair, { publicKey, signal }), 'aborted'),
        errOf(await service.audit({ signal }), 'aborted'),
        errOf(await collect(service.list({ signal }), { max: 10 }), 'aborted'),
      ]) {
        assert.equal(error.outcome, 'none')
      }
      assert.deepEqual(await context.world.calls(), [])
    },
  ),

  onInstances(
    'KP-BOUND-11',
    8,
    'starts with four calls at a time, and has one more after they were answered',
    async (context) => {
      const { clock, instances, service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, instances.change.items * 9)
      await world.fault({ on: 'attach', kind: 'slow', overMs: 10_000, times: Infinity })
      const attached = service.attach(keyPair, ids)
      for (const [round, [least, most]] of (
        [
          [1, 4],
          [5, 9],
        ] as const
      ).entries()) {
        await clock.sleep(round === 0 ? 5_000 : 10_000, new AbortController().signal)
        const made = (await mutatingCalls(context)).length
        must(made >= least && made <= most, `${made} calls after ${round + 1} times ten seconds of each`)
      }
      okOf(await attached)
    },
    ['slow'],
  ),

  proves(
    'KP-BOUND-12',
    8,
    'an answer that comes too slowly counts as missing',
    async (context) => {
      const { clock, service, world } = context
      const { publicKey } = firstKey(context)
      await world.fault({ on: 'import', kind: 'slow', overMs: 50_000 })
      const before = clock.now()
      const result = await service.import({ name: 'deploy', publicKey: publicKey.line })
      must(clock.now() - before < 50_000, 'an attempt has a time-out of its own')
      if (result.isErr()) assert.equal(result.error.outcome, 'unknown')
      await world.settle()
      assert.equal(named(await world.snapshot(), 'deploy').length, 1)
    },
    ['slow'],
  ),
]
