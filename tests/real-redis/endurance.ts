import { setTimeout } from 'node:timers/promises'
import { generateKeyPair } from '@cloud-keypair/core'
import { createFleet, type Fleet, type RunReport } from '@cloud-keypair/fleet'
import { type Clouds, downIn, serviceOf, startClouds } from './clouds.js'
import { bundleProgram, type Toll, Workers } from './processes.js'
import { startRedis } from './redis-server.js'

/** The size of a trial. */
export interface Size {
  readonly places: number
  readonly instances: number
  readonly workers: number
  /** Rotations follow each other until so many workers were killed. */
  readonly kills: number
  readonly seed: number
}

const endsWithinMs = 20 * 60_000

/** Rotates all places again and again while workers die. Returns what was wrong. */
export async function endure(size: Size, tell: (line: string) => void): Promise<readonly string[]> {
  const program = await bundleProgram()
  await using redis = await startRedis()
  await using clouds = await startClouds(size.places, size.instances)
  const random = seeded(size.seed)
  await using workers = new Workers(program, redis.url, clouds.reach, random)
  const fleet = createFleet({ connection: redis.url, services: (place) => serviceOf(clouds.reach, place) })
  const wrong: string[] = []
  workers.start(size.workers)
  for (let round = 0; round === 0 || workers.toll.kills < size.kills; round += 1) {
    const { publicKey } = await generateKeyPair({ keyType: 'rsa', bits: 2048 })
    const options = { from: `key-${round}`, to: { name: `key-${round + 1}`, publicKey: publicKey.line } }
    const limits = { maxUnavailable: 2, placesAtOnce: 6, failedPlaces: size.places }
    const run = (await fleet.rotate(clouds.places, { id: `round-${round}`, ...options, ...limits }))._unsafeUnwrap()
    const ends = endsOf(fleet, run.id)
    const report = await untilOver(fleet, run.id)
    wrong.push(...(await ends))
    wrong.push(...(await mistakesIn(clouds, report, options.to.name)))
    tell(`${summary(report)}, ${shownToll(workers.toll)}`)
    if (wrong.length > 0 || report.state !== 'finished') break
  }
  await fleet.close()
  return wrong
}

/** Watches a run to its end. Returns the places that ended twice, or were begun after their end. */
async function endsOf(fleet: Fleet, id: string): Promise<readonly string[]> {
  const ended = new Set<string>()
  const wrong: string[] = []
  for await (const event of fleet.watch(id)) {
    if (event.isErr()) return [`the watch ended: ${event.error.message}`]
    const { value } = event
    if (value.kind !== 'begun' && value.kind !== 'ended') continue
    const { account = '' } = value.place
    if (ended.has(account)) wrong.push(`${account} is ${value.kind} after its end`)
    if (value.kind === 'ended') ended.add(account)
  }
  return wrong
}

async function untilOver(fleet: Fleet, id: string): Promise<RunReport> {
  const until = Date.now() + endsWithinMs
  for (;;) {
    const report = (await fleet.report(id))._unsafeUnwrap()
    if (report.state === 'finished' || Date.now() > until) return report
    if (report.state === 'paused') await fleet.resume(id)
    await setTimeout(500)
  }
}

/** Compares what a run says with the clouds. */
async function mistakesIn({ simulatorOf }: Clouds, report: RunReport, name: string): Promise<readonly string[]> {
  const wrong: string[] = []
  if (report.state !== 'finished') wrong.push(`the run ended ${report.state}`)
  for (const { place, outcome } of report.places) {
    const simulator = simulatorOf(place)
    const { instances, keyPairs } = simulator.world.snapshot()
    const down = downIn(simulator)
    const where = place.account ?? ''
    if (outcome?.status === 'succeeded') {
      if (down.length > 0) wrong.push(`${where} succeeded, and ${down.join(', ')} are down`)
      if (instances.some(({ bound }) => bound !== name)) wrong.push(`${where} succeeded, and an instance lacks ${name}`)
      if (keyPairs.length !== 1) wrong.push(`${where} succeeded, and has ${keyPairs.length} key pairs`)
    } else {
      const unnamed = down.filter((id) => outcome?.leftStopped.includes(id) !== true)
      if (unnamed.length > 0) wrong.push(`${where}: ${unnamed.join(', ')} are down and not named`)
      wrong.push(`${where} did not succeed: ${outcome?.message ?? 'no outcome'}`)
    }
  }
  return wrong
}

function summary({ places, succeeded, total, state }: RunReport): string {
  const starts = places.reduce((sum, place) => sum + place.starts, 0)
  return `${state}: ${succeeded} of ${total} places, ${starts} starts`
}

function shownToll({ kills, stops }: Toll): string {
  return `${kills} kills, ${stops} stops longer than the lease`
}

/** Returns numbers in [0, 1) by a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
