import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { generateKeyPair, type Secret } from '@cloud-keypair/core'
import { createFleet } from '@cloud-keypair/fleet'
import { downIn, leaseMs, serviceOf } from './clouds.js'
import { bundleProgram, startProgram } from './processes.js'
import { startRedis } from './redis-server.js'
import { inTrial, overOf, until } from './trial.js'

const material = await generateKeyPair({ keyType: 'rsa', bits: 2048 })
const publicKey = material.publicKey.line
const rotation = { from: 'key-0', to: { name: 'key-1', publicKey } } as const

/** What has to hold of a fleet on a real Redis, by name. */
export const checks: ReadonlyMap<string, () => Promise<void>> = new Map([
  [
    'a Redis that may lose what it acknowledged is refused',
    async () => {
      await using redis = await startRedis([])
      const services = (): never => assert.fail('nothing is begun')
      const careful = createFleet({ connection: redis.url, services })
      const submitted = await careful.audit([{ provider: 'any' }])
      assert.equal(submitted._unsafeUnwrapErr().code, 'not-durable')
      assert.match(submitted._unsafeUnwrapErr().message, /appendonly is no, not yes/)
      assert.equal((await careful.work())._unsafeUnwrapErr().code, 'not-durable')
      const careless = createFleet({ connection: redis.url, services, acceptLoss: true })
      assert.equal((await careless.audit([{ provider: 'any' }])).isOk(), true)
      await Promise.all([careful.close(), careless.close()])
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
    async () => {
      const program = await bundleProgram()
      await inTrial(2, async ({ fleet, redis, clouds: { places, reach } }) => {
        for (let step = 1; step < 6; step += 1) {
          const id = `run-${step}`
          const run = { id, from: 'key-0', to: 'key-1', publicKey }
          const dying = startProgram(program, { url: redis.url, reach, mode: 'submit', step, signal: 'SIGKILL', run })
          await once(dying, 'exit')
          assert.equal(dying.signalCode, 'SIGKILL')
          const again = (await fleet.rotate(places, { ...rotation, maxUnavailable: 2, id }))._unsafeUnwrap()
          assert.deepEqual([again.state, again.places.length], ['running', 2])
          await fleet.cancel(id)
        }
      })
    },
  ],
  [
    'a place without a service is an outcome, and no further place is begun after the first failed',
    () =>
      inTrial(2, async (trial) => {
        const { fleet, clouds } = trial
        await trial.work()
        const unknown = { provider: 'alibaba-ens', account: 'nobody' }
        const { id } = (await fleet.rotate([unknown, ...clouds.places], rotation))._unsafeUnwrap()
        await until('the run is paused', async () => (await fleet.report(id))._unsafeUnwrap().state === 'paused')
        const [first, ...others] = (await fleet.report(id))._unsafeUnwrap().places
        assert.equal(first?.outcome?.status === 'failed' && first.outcome.code, 'no-service')
        for (const { starts } of others) assert.equal(starts, 0)
        assert.equal((await fleet.resume(id))._unsafeUnwrap().state, 'running')
        const { succeeded, state } = await overOf(trial, id)
        assert.deepEqual([succeeded, state], [2, 'finished'])
      }),
  ],
  [
    'one private key is saved for all places, and no part of it is in Redis',
    () =>
      inTrial(2, async (trial) => {
        const { fleet, client, clouds } = trial
        await trial.work()
        const saved: Secret[] = []
        const save = async (privateKey: Secret): Promise<void> => void saved.push(privateKey)
        const { id } = (
          await fleet.rotate(clouds.places, { from: 'key-0', to: { name: 'key-1', save } })
        )._unsafeUnwrap()
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
  [
    'a cancelled run ends after its repairs, and stays cancelled',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, clouds } = trial
        const [place = { provider: '' }] = clouds.places
        await trial.work()
        const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
        await until('an instance is down', () => downIn(clouds.simulatorOf(place)).length > 0)
        assert.equal((await fleet.cancel(id))._unsafeUnwrap().state, 'cancelled')
        const [ended] = (await overOf(trial, id)).places
        assert.equal(ended?.outcome?.status, 'cancelled')
        assert.deepEqual(downIn(clouds.simulatorOf(place)), [])
        assert.equal((await fleet.resume(id))._unsafeUnwrapErr().code, 'conflict')
      }),
  ],
  [
    'a Redis that is killed and comes back loses nothing',
    () =>
      inTrial(2, async (trial) => {
        const { fleet, redis, clouds } = trial
        await trial.work()
        const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
        const first = clouds.simulatorOf(clouds.places[0] ?? { provider: '' })
        await until('an instance is down', () => downIn(first).length > 0)
        await redis.kill()
        await setTimeout(leaseMs * 1.5)
        await redis.start()
        const { succeeded } = await overOf(trial, id)
        assert.equal(succeeded, 2)
        for (const place of clouds.places) assert.deepEqual(downIn(clouds.simulatorOf(place)), [])
      }),
  ],
  [
    'a worker whose records are gone changes nothing more, and names what may be stopped',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, client, clouds } = trial
        const simulator = clouds.simulatorOf(clouds.places[0] ?? { provider: '' })
        const warnings: string[] = []
        const listen = (warning: Error): void => void warnings.push(warning.message)
        process.on('warning', listen)
        await trial.work()
        await fleet.rotate(clouds.places, rotation)
        await until('an instance is down', () => downIn(simulator).length > 0)
        await client.flushall()
        await until('the worker warns', () => warnings.some((text) => text.includes('are gone from Redis')))
        process.off('warning', listen)
        await setTimeout(3_000)
        for (const id of downIn(simulator))
          assert.ok(
            warnings.some((text) => text.includes(id)),
            `${id} is named`,
          )
      }),
  ],
  [
    'a place of a dead run can be released, with what may be stopped',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, client, clouds } = trial
        const [place = { provider: '' }] = clouds.places
        const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
        const services = (): never => assert.fail('no worker is there')
        const other = createFleet({ connection: trial.redis.url, services })
        assert.equal((await other.release(place)).isOk(), true)
        await other.close()
        assert.equal((await fleet.report(id))._unsafeUnwrap().places[0]?.outcome?.status, 'cancelled')
        assert.equal(await client.scard('{cloud-keypair}:runs'), 0)
        await using service = serviceOf(clouds.reach, place)
        assert.equal((await service.get({ name: 'key-0' })).isOk(), true)
      }),
  ],
])
