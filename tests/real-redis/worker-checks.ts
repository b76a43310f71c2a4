import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { createFleet } from '@cloud-keypair/fleet'
import { placeId } from '../../packages/fleet/src/place.js'
import type { Check } from './check.js'
import { downIn, leaseMs, serviceOf } from './clouds.js'
import { isStopped, startProgram } from './processes.js'
import { rotation } from './rotation.js'
import { inTrial, overOf, type Trial, until } from './trial.js'

/** Checks of workers, and of what is done with their runs. */
export const workerChecks: readonly Check[] = [
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
    'a worker that wakes up after its lease makes no changing call before it has the place again',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, clouds, redis } = trial
        const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
        const task = {
          url: redis.url,
          reach: clouds.reach,
          mode: 'work',
          step: 0,
          signal: 'SIGKILL',
          stopsAfter: 'stop',
        }
        const late = startProgram(task)
        const ended = once(late, 'exit')
        const told: unknown[] = []
        late.on('message', (what) => told.push(what))
        const { pid = 0 } = late
        try {
          // One instance after another is stopped, and so is the worker.
          for (let sleeps = 0; sleeps < 3; sleeps += 1) {
            await until('the worker sleeps', () => isStopped(pid))
            const before = told.length
            await setTimeout(leaseMs * 1.2)
            late.kill('SIGCONT')
            await until('the worker tells of a call or a claim', () => told.length > before)
            assert.equal(told[before], 'claim')
          }
          assert.equal((await overOf(trial, id)).succeeded, 1)
        } finally {
          late.kill('SIGKILL')
          await ended
        }
      }),
  ],
  [
    'a worker whose event loop is blocked for longer than its leases begins each of its places once more',
    () =>
      inTrial(3, async (trial) => {
        const { fleet, clouds, redis } = trial
        const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
        // The first place has three stops. Then the two others are under way at once.
        const task = { url: redis.url, reach: clouds.reach, mode: 'work', step: 0, signal: 'SIGKILL', blocksAtStop: 5 }
        const worker = startProgram(task)
        const told: unknown[] = []
        worker.on('message', (what) => told.push(what))
        try {
          await until('the worker is blocked', () => told.includes('blocked'))
          const { succeeded, places } = await overOf(trial, id)
          assert.equal(succeeded, 3)
          assert.equal(told[told.indexOf('blocked') + 1], 'claim')
          assert.deepEqual(
            places.map(({ starts }) => starts),
            [1, 2, 2],
          )
          for (const place of clouds.places) assert.deepEqual(downIn(clouds.simulatorOf(place)), [])
        } finally {
          worker.kill('SIGKILL')
        }
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
    'a worker that gets SIGTERM while Redis is away ends, and another one finishes its place later',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, redis, clouds } = trial
        const simulator = clouds.simulatorOf(clouds.places[0] ?? { provider: '' })
        const task = { url: redis.url, reach: clouds.reach, mode: 'work', step: 0, signal: 'SIGKILL' }
        const child = startProgram(task)
        try {
          const { id } = (await fleet.rotate(clouds.places, rotation))._unsafeUnwrap()
          await until('an instance is down', () => downIn(simulator).length > 0)
          await redis.kill()
          child.kill('SIGTERM')
          await until('the process ends', () => child.exitCode !== null)
          assert.equal(child.exitCode, 0)
          await redis.start()
          await trial.work()
          assert.equal((await overOf(trial, id)).succeeded, 1)
          assert.deepEqual(downIn(simulator), [])
        } finally {
          child.kill('SIGKILL')
        }
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
        const told = (): readonly string[] => warnings.filter((text) => text.includes('are gone from Redis'))
        await until('the worker warns', () => told().length > 0)
        await setTimeout(3_000)
        process.off('warning', listen)
        assert.equal(told().length, 1)
        for (const id of downIn(simulator)) assert.ok(told()[0]?.includes(id), `${id} is named`)
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
        try {
          assert.deepEqual((await other.release(place))._unsafeUnwrap(), { run: id, leftStopped: [] })
          assert.deepEqual((await other.release(place))._unsafeUnwrap(), { leftStopped: [] })
        } finally {
          await other.close()
        }
        assert.equal((await fleet.report(id))._unsafeUnwrap().places[0]?.outcome?.status, 'cancelled')
        assert.equal(await client.scard('{cloud-keypair}:runs'), 0)
        await using service = serviceOf(clouds.reach, place)
        assert.equal((await service.get({ name: 'key-0' })).isOk(), true)
      }),
  ],
  [
    'a worker of many places at once warns of nothing',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, clouds } = trial
        const [place = { provider: '' }] = clouds.places
        const warnings: string[] = []
        const listen = (warning: Error): void => void warnings.push(warning.message)
        process.on('warning', listen)
        await trial.work({ placesAtOnce: 16 })
        const waiting = Array.from({ length: 20 }, (_, index) => ({ provider: 'alibaba-ens', account: `no-${index}` }))
        const { id } = (await fleet.rotate([place, ...waiting], rotation))._unsafeUnwrap()
        await until('an instance is down', () => downIn(clouds.simulatorOf(place)).length > 0)
        await fleet.cancel(id)
        await overOf(trial, id)
        process.off('warning', listen)
        assert.deepEqual(warnings, [])
      }),
    'no other check',
  ],
  [
    'a place that was given back goes before the places that wait',
    () =>
      inTrial(1, async (trial) => {
        const { fleet, client, clouds } = trial
        const [place = { provider: '' }] = clouds.places
        const waiting = Array.from({ length: 40 }, (_, index) => ({ provider: 'alibaba-ens', account: `no-${index}` }))
        const first = await trial.work()
        const { id } = (await fleet.rotate([place, ...waiting], { ...rotation, placesAtOnce: 1 }))._unsafeUnwrap()
        await until('an instance is down', () => downIn(clouds.simulatorOf(place)).length > 0)
        await first.close()
        await trial.work()
        await until('the place is begun again', async () => (await startsOf(trial, id)) > 1)
        const entries = await client.xrange(`{cloud-keypair}:run-${id}:events`, '-', '+')
        const active = entries.flatMap(([, fields]) => (fields.includes('active') ? [jobIn(fields)] : []))
        const tries = active.flatMap((job, index) => (job === placeId(place) ? [index] : []))
        const [begun = 0, again = Infinity] = tries.slice(-2)
        assert.ok(again - begun < 20, `${again - begun} jobs came before the place that was given back`)
        await fleet.cancel(id)
        await overOf(trial, id)
      }),
  ],
]

async function startsOf({ fleet }: Trial, id: string): Promise<number> {
  return (await fleet.report(id))._unsafeUnwrap().places[0]?.starts ?? 0
}

function jobIn(fields: readonly string[]): string {
  return fields[fields.indexOf('jobId') + 1] ?? ''
}
