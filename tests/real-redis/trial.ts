import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { createFleet, type Fleet, type FleetWorker, type RunReport, type WorkerOptions } from '@cloud-keypair/fleet'
import { Redis } from 'ioredis'
import { callMs, type Clouds, leaseMs, serviceOf, startClouds } from './clouds.js'
import { type RedisServer, startRedis } from './redis-server.js'

/** A Redis, clouds and a fleet for one check. */
export interface Trial {
  readonly redis: RedisServer
  readonly client: Redis
  readonly clouds: Clouds
  readonly fleet: Fleet
  work(options?: WorkerOptions): Promise<FleetWorker>
}

/** Runs a check in new clouds and over a new Redis. */
export async function inTrial(places: number, check: (trial: Trial) => Promise<void>): Promise<void> {
  await using redis = await startRedis()
  await using clouds = await startClouds(places, 3)
  const client = new Redis(redis.url)
  client.on('error', () => undefined)
  const fleet = createFleet({
    connection: redis.url,
    services: (place, { pacer }) => serviceOf(clouds.reach, place, pacer),
  })
  const workers: FleetWorker[] = []
  const work = async (options: WorkerOptions = {}): Promise<FleetWorker> => {
    const worker = (await fleet.work({ leaseMs, callMs, ...options }))._unsafeUnwrap()
    workers.push(worker)
    return worker
  }
  try {
    await check({ redis, client, clouds, fleet, work })
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
    await fleet.close()
    client.disconnect()
  }
}

/** Waits until something holds. Fails if it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await holds()) return
    await setTimeout(200)
  }
  assert.fail(`it never came to this: ${what}`)
}

/** Waits until each place of a run has an outcome. */
export async function overOf({ fleet }: Trial, id: string): Promise<RunReport> {
  const reportNow = async (): Promise<RunReport> => (await fleet.report(id))._unsafeUnwrap()
  const isOver = ({ total, places }: RunReport): boolean => places.filter(({ outcome }) => outcome).length >= total
  await until('each place has an outcome', async () => isOver(await reportNow()))
  return reportNow()
}
