import assert from 'node:assert/strict'
import { once } from 'node:events'
import { generateKeyPair, type Secret } from '@cloud-keypair/core'
import { createFleet } from '@cloud-keypair/fleet'
import type { Check } from './check.js'
import { startProgram } from './processes.js'
import { startRedis } from './redis-server.js'
import { publicKey, rotation } from './rotation.js'
import { inTrial, overOf } from './trial.js'

/** Checks of submissions and of what they write to Redis. */
export const submissionChecks: readonly Check[] = [
  [
    'a Redis that may lose what it acknowledged is refused',
    async () => {
      await using redis = await startRedis([])
      const services = (): never => assert.fail('nothing is begun')
      const careful = createFleet({ connection: redis.url, services })
      const careless = createFleet({ connection: redis.url, services, acceptLoss: true })
      try {
        const submitted = await careful.audit([{ provider: 'any' }])
        assert.equal(submitted._unsafeUnwrapErr().code, 'not-durable')
        assert.match(submitted._unsafeUnwrapErr().message, /appendonly is no, not yes/)
        assert.equal((await careful.work())._unsafeUnwrapErr().code, 'not-durable')
        assert.equal((await careless.audit([{ provider: 'any' }])).isOk(), true)
      } finally {
        await Promise.all([careful.close(), careless.close()])
      }
    },
  ],
  [
    'a second run over a place is refused and names the first, and one id is one run',
    () =>
      inTrial(3, async ({ fleet, clouds: { places } }) => {
        const twice = [0, 1].map(() => fleet.rotate(places, { ...rotation, id: 'first' }))
        for (const submitted of await Promise.all(twice)) assert.equal(submitted._unsafeUnwrap().total, 3)
        const second = (await fleet.rotate(places.slice(2), { ...rotation, id: 'second' }))._unsafeUnwrapErr()
        assert.equal(second.code, 'conflict')
        assert.match(second.message, /account-2 is held by the run first/)
        const otherKey = (await generateKeyPair({ keyType: 'rsa', bits: 2048 })).publicKey.line
        const other = { from: 'key-0', to: { name: 'key-1', publicKey: otherKey }, id: 'first' }
        assert.equal((await fleet.rotate(places, other))._unsafeUnwrapErr().code, 'conflict')
        assert.equal((await fleet.cancel('first'))._unsafeUnwrap().cancelled, 3)
        assert.equal((await fleet.rotate(places, { ...rotation, id: 'third' })).isOk(), true)
      }),
  ],
  [
    'a submitter that dies at any step is followed by one that finishes the submission',
    () =>
      inTrial(2, async ({ fleet, redis, clouds: { places, reach } }) => {
        for (let step = 1; step < 6; step += 1) {
          const id = `run-${step}`
          const run = { id, from: 'key-0', to: 'key-1', publicKey }
          const dying = startProgram({ url: redis.url, reach, mode: 'submit', step, signal: 'SIGKILL', run })
          await once(dying, 'exit')
          assert.equal(dying.signalCode, 'SIGKILL')
          const again = (await fleet.rotate(places, { ...rotation, maxUnavailable: 2, id }))._unsafeUnwrap()
          assert.deepEqual([again.state, again.places.length], ['running', 2])
          await fleet.cancel(id)
        }
      }),
  ],
  [
    'one private key is saved for all places, and no part of it is in Redis',
    () =>
      inTrial(2, async (trial) => {
        const { fleet, client, clouds } = trial
        const saved: Secret[] = []
        const save = async (privateKey: Secret): Promise<void> => void saved.push(privateKey)
        const id = 'once'
        for (const _ of ['submitted', 'submitted again']) {
          const submitted = await fleet.rotate(clouds.places, { id, from: 'key-0', to: { name: 'key-1', save } })
          assert.equal(submitted._unsafeUnwrap().state, 'running')
        }
        await trial.work()
        assert.equal((await overOf(trial, id)).succeeded, 2)
        assert.equal(saved.length, 1)
        const lines =
          saved[0]
            ?.reveal()
            .split('\n')
            .filter((line) => line.length > 20) ?? []
        const keys = await client.keys('*')
        assert.ok(keys.length > 5)
        const dumps = await Promise.all(keys.map((key) => client.dumpBuffer(key)))
        for (const dump of dumps) for (const line of lines) assert.equal(dump?.includes(line) ?? false, false)
      }),
  ],
  [
    'garbage in Redis is told, and changes nothing',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, client, clouds } = trial
        await client.set('{cloud-keypair}:run:text', 'garbage')
        assert.equal((await fleet.report('text'))._unsafeUnwrapErr().code, 'storage')
        await client.hset('{cloud-keypair}:run:hash', 'state', 'garbage')
        assert.equal((await fleet.report('hash'))._unsafeUnwrapErr().code, 'storage')
        const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
        const [place = ''] = await client.hkeys(`{cloud-keypair}:run:${id}:places`)
        await client.rpush(`{cloud-keypair}:run:${id}:checkpoint:${place}`, '{"version":1}\n')
        await trial.work()
        const [report] = (await overOf(trial, id)).places
        assert.match(report?.outcome?.status === 'failed' ? report.outcome.message : '', /the checkpoint is damaged/)
        const { keyPairs } = clouds.simulatorOf(clouds.places[0] ?? { provider: '' }).world.snapshot()
        assert.deepEqual(
          keyPairs.map(({ name }) => name),
          ['key-0'],
        )
      }),
  ],
]
