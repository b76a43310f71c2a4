import assert from 'node:assert/strict'
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import type { CallEvent, ProgressEvent } from '@cloud-keypair/core'
import { type Case, onInstances } from '../case-context.js'
import { batchOf, given, givenInstances, mutatingCalls, okOf } from '../expect.js'

export const eventCases: readonly Case[] = [
  onInstances(
    'KP-EVENT-01',
    12,
    'every vendor call is an event, with its operation, its attempt and its end',
    async (context) => {
      const started: unknown[] = []
      const ended: Partial<CallEvent>[] = []
      const channel = tracingChannel('cloud-keypair:call')
      const subscriber = {
        start: (event: object) => void started.push(event),
        asyncEnd: (event: object) => void ended.push({ ...event }),
        end: () => {},
        asyncStart: () => {},
        error: () => {},
      }
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1)
      await context.world.fault({ on: 'attach', kind: 'throttled' })
      channel.subscribe(subscriber)
      try {
        okOf(await context.service.attach(keyPair, ids))
      } finally {
        channel.unsubscribe(subscriber)
      }
      assert.equal(started.length, (await context.world.calls()).length)
      assert.equal(started.length, ended.length)
      const attaches = ended.filter(({ call }) => call === 'attach')
      assert.equal(attaches.length, (await mutatingCalls(context)).length)
      assert.deepEqual(
        attaches.map(({ attempt, operation }) => [attempt, operation]),
        [
          [1, 'attach'],
          [2, 'attach'],
        ],
      )
      const [refused, done] = attaches
      assert.deepEqual([refused?.failure?.code, refused?.failure?.outcome], ['throttled', 'none'])
      assert.match(refused?.requestId ?? '', /./, 'a refused call has a request id too')
      assert.equal(done?.failure, undefined)
      for (const { items, durationMs } of attaches) assert.deepEqual([items, typeof durationMs], [1, 'number'])
    },
    ['throttled'],
  ),

  onInstances('KP-EVENT-02', 12, 'reports progress, with each instance once when it is done', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = ['i-missing', ...(await givenInstances(context, 3, { power: 'running' }))]
    const told: ProgressEvent[] = []
    const published: unknown[] = []
    const publish = (event: unknown): void => void published.push(event)
    const onProgress = (event: ProgressEvent): void => void told.push(event)
    subscribe('cloud-keypair:progress', publish)
    try {
      batchOf(await context.service.attach(keyPair, ids, { takeEffect: 'now', onProgress }))
    } finally {
      unsubscribe('cloud-keypair:progress', publish)
    }
    assert.deepEqual(published, told)
    const over = told.filter(({ step }) => step === 'finished')
    assert.deepEqual(over.flatMap(({ instanceIds }) => instanceIds).toSorted(), ids.toSorted())
    let finished = 0
    for (const { step, instanceIds, ...counts } of told) {
      if (step === 'finished') finished += instanceIds.length
      assert.deepEqual([counts.finished, counts.total], [finished, ids.length])
    }
  }),
]
