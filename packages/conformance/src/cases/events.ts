import assert from 'node:assert/strict'
import { tracingChannel } from 'node:diagnostics_channel'
import { type Case, onInstances } from '../case.js'
import { given, givenInstances, mutatingCalls, okOf } from '../expect.js'
import { holds } from '../holds.js'

export const eventCases: readonly Case[] = [
  onInstances(
    'KP-EVENT-01',
    12,
    'every vendor call is an event, with its operation, its attempt and its end',
    async (stage) => {
      const started: unknown[] = []
      const ended: { call?: unknown; attempt?: unknown; failure?: unknown; operation?: unknown }[] = []
      const channel = tracingChannel('cloud-keypair:call')
      const subscriber = {
        start: (event: object) => void started.push(event),
        asyncEnd: (event: object) => void ended.push({ ...event }),
        end: () => {},
        asyncStart: () => {},
        error: () => {},
      }
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 1)
      await stage.world.fault({ on: 'attach', kind: 'throttled' })
      channel.subscribe(subscriber)
      try {
        okOf(await stage.service.attach(keyPair, ids))
      } finally {
        channel.unsubscribe(subscriber)
      }
      assert.equal(started.length, (await stage.world.calls()).length)
      assert.equal(started.length, ended.length)
      const attaches = ended.filter(({ call }) => call === 'attach')
      assert.equal(attaches.length, (await mutatingCalls(stage)).length)
      assert.deepEqual(
        attaches.map(({ attempt, operation }) => [attempt, operation]),
        [
          [1, 'attach'],
          [2, 'attach'],
        ],
      )
      holds(attaches[0]?.failure !== undefined && attaches[1]?.failure === undefined)
    },
    ['throttled'],
  ),
]
