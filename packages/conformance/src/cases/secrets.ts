import assert from 'node:assert/strict'
import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { type Case, proves } from '../case.js'
import { given, givenInstances, mutatingCalls, okOf } from '../expect.js'

export const secretCases: readonly Case[] = [
  proves('KP-SECRET-01', 'no private key, access key or token is in any result, error or event', async (stage) => {
    const events: unknown[] = []
    const channel = tracingChannel('cloud-keypair:call')
    const subscriber = { start: keep, end: keep, asyncStart: keep, asyncEnd: keep, error: keep }
    channel.subscribe(subscriber)
    const seen: unknown[] = []
    const canaries = [...stage.canaries]
    try {
      const keyPair = await given(stage, { name: 'deploy' })
      const ids = await givenInstances(stage, 3)
      let hidden = ''
      const save = async (key: { reveal(): string }): Promise<void> => {
        hidden = key.reveal()
        throw new Error(`no room for ${hidden}`)
      }
      seen.push(await stage.service.create({ name: 'unsaved', save }))
      canaries.push(...linesOf(hidden))
      if (stage.capabilities.createInCloud) {
        const created = okOf(await stage.service.createInCloud({ name: 'made-there' }))
        canaries.push(...linesOf(created.privateKey.reveal()))
        seen.push(created)
        await stage.world.fault({ on: 'create', kind: 'garbled', how: 'truncated', commit: true })
        seen.push(await stage.service.createInCloud({ name: 'cut-off' }))
      }
      for (const kind of ['denied', 'throttled'] as const) {
        await stage.world.fault({ on: 'attach', kind, times: 30 })
        seen.push(await stage.service.attach(keyPair, ids))
        await stage.world.clearFaults()
      }
      for (const kind of ['reset', 'silence', 'server-error'] as const) {
        await stage.world.fault({ on: 'lookup', kind, commit: false, times: 30 })
        seen.push(await stage.service.get(keyPair))
        await stage.world.clearFaults()
      }
      seen.push(stage.service)
    } finally {
      channel.unsubscribe(subscriber)
    }
    assert(events.length > 0, 'there must be events')
    assert(canaries.length > stage.canaries.length)
    const everything = [...seen, ...events].flatMap(written)
    for (const canary of canaries) {
      assert(
        !everything.some((text) => text.includes(canary)),
        `a secret was found in ${everything.find((text) => text.includes(canary))?.slice(0, 200)}`,
      )
    }

    function keep(event: unknown): void {
      events.push(event)
    }
  }),

  proves('KP-EVENT-01', 'every vendor call is an event, with its operation, its attempt and its end', async (stage) => {
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
    assert(attaches[0]?.failure !== undefined && attaches[1]?.failure === undefined)
  }),
]

/**
 * Lines of a private key that are in nothing else. An RSA key begins with its modulus, which is public, and may stand
 * in the public key in the very same letters; it ends before the middle.
 */
function linesOf(pem: string): string[] {
  const lines = pem.split('\n').filter((line) => line.length >= 40 && !line.includes('-----'))
  return lines.slice(Math.ceil(lines.length / 2))
}

/** Every form in which a value is likely to be written somewhere. */
function written(value: unknown): string[] {
  const stack = value instanceof Error ? [String(value.stack), String(value.cause)] : []
  return [String(value), JSON.stringify(value) ?? '', inspect(value, { depth: 20, showHidden: true }), ...stack]
}
