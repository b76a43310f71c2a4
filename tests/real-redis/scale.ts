import { setTimeout } from 'node:timers/promises'
import { VirtualClock } from '@cloud-keypair/conformance'
import { overriding } from '@cloud-keypair/conformance/internals'
import { type ChangeOptions, generateKeyPair, type KeyPairService, type Pacer } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createFleet } from '@cloud-keypair/fleet'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'
import { Redis } from 'ioredis'
import { startRedis } from './redis-server.js'

/** The size of a run: places, and the instances of each. */
export interface Scale {
  readonly places: number
  readonly instances: number
}

/** The sums over all places of a run. */
interface Sums {
  /** The time that passed in the clouds. */
  cloudMs: number
  saves: number
}

const placesAtOnce = 16
const maxUnavailable = 10

/**
 * Rotates many places over a real Redis. The clouds are in memory, each with a time of its own that nothing waits for: what
 * remains is the work of the fleet. Returns lines with the figures.
 */
export async function measureScale({ places: count, instances }: Scale): Promise<readonly string[]> {
  await using redis = await startRedis()
  const client = new Redis(redis.url)
  const sums: Sums = { cloudMs: 0, saves: 0 }
  const fleet = createFleet({
    connection: redis.url,
    services: (_, { pacer }) => serviceOver(instances, pacer, sums),
  })
  const places = Array.from({ length: count }, (_, index) => ({ provider: 'memory', account: `account-${index}` }))
  const { publicKey } = await generateKeyPair({ keyType: 'rsa', bits: 2048 })
  const options = { from: 'deploy', to: { name: 'next', publicKey: publicKey.line }, maxUnavailable, placesAtOnce }
  const began = performance.now()
  const { id } = (await fleet.rotate(places, options))._unsafeUnwrap()
  const submitMs = performance.now() - began
  const usedBefore = process.cpuUsage()
  const worker = (await fleet.work({ placesAtOnce }))._unsafeUnwrap()
  while ((await client.hget(`{cloud-keypair}:run:${id}`, 'state')) === 'running') await setTimeout(1_000)
  const { user, system } = process.cpuUsage(usedBefore)
  const { succeeded, state } = (await fleet.report(id))._unsafeUnwrap()
  await worker.close()
  await fleet.close()
  const peak = /used_memory_peak_human:(\S+)/.exec(await client.info('memory'))?.[1]
  const file = Number(/aof_current_size:(\d+)/.exec(await client.info('persistence'))?.[1])
  const commands = Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1])
  client.disconnect()
  return [
    `${state}: ${succeeded} of ${count} places, ${succeeded * instances} instances in waves of ${maxUnavailable}`,
    `submitted in ${(submitMs / 1_000).toFixed(1)} s`,
    `${((user + system) / 1_000 / count).toFixed(1)} ms of processor time of the worker a place`,
    `${(sums.saves / count).toFixed(1)} saves and ${(commands / count).toFixed(0)} commands of Redis a place`,
    `${(file / count / 1_000).toFixed(1)} KB a place in the file of Redis, ${peak} of memory at most`,
    `${(sums.cloudMs / count / 60_000).toFixed(1)} minutes of the cloud's time a place`,
  ]
}

/** Makes the service of a place over a new cloud, whose time stands still while Redis answers. */
async function serviceOver(instances: number, pacer: Pacer, sums: Sums): Promise<KeyPairService> {
  const clock = new VirtualClock()
  const began = clock.now()
  const { driver, world } = createMemoryCloud({ clock, traits: memoryVariants['volcengine-like'] })
  await world.seedKeyPairs([{ name: 'deploy' }])
  const ids = Array.from({ length: instances }, (_, number) => `i-${number}`)
  await world.seedInstances(ids.map((id) => ({ id, keyPair: 'deploy' })))
  let open = 0
  const standingStill = async <T>(work: () => Promise<T>): Promise<T> => {
    const name = String((open += 1))
    clock.open(name)
    try {
      return await work()
    } finally {
      clock.close(name)
    }
  }
  const paced: Pacer = { waitForTurn: (call) => standingStill(async () => pacer.waitForTurn(call)) }
  const service = createKeyPairService(driver, { pacer: paced, testing: { clock } })
  return overriding<KeyPairService>(service, {
    rotate: (replaced, { onCheckpoint, ...options }) => {
      const counted: ChangeOptions['onCheckpoint'] = (checkpoint, update) => {
        sums.saves += 1
        return standingStill(async () => onCheckpoint?.(checkpoint, update))
      }
      return service.rotate(replaced, { ...options, onCheckpoint: counted })
    },
    close: async () => {
      sums.cloudMs += clock.now() - began
      await service.close()
    },
  })
}
