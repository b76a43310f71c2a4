import { setTimeout } from 'node:timers/promises'
import { generateKeyPair } from '@cloud-keypair/core'
import { createFleet, type Fleet, type RunReport } from '@cloud-keypair/fleet'
import { type Clouds, downIn, serviceOf, startClouds } from './clouds.js'
import { type Toll, Workers } from './processes.js'
import { startRedis } from './redis-server.js'

/** The size of a trial. */
export interface Size {
  readonly places: number
  readonly instances: number
  readonly workers: number
  /** The most steps that a worker lives. A wave has to take fewer. */
  readonly steps: number
  /** Rotations follow each other until so many workers were killed. */
  readonly kills: number
  readonly seed: number
}

/** The rules that hold in every run. */
type Rule = 'false claim' | 'done twice' | 'left stopped unnamed' | 'did not end'

/** A rule that did not hold. */
interface Violation {
  readonly rule: Rule
  readonly message: string
}

/** The result of a trial. */
export interface TrialResult extends Toll {
  readonly runs: number
  /** The places that have an outcome, over all runs. */
  readonly places: number
  /** The number of times that a place was begun or resumed. */
  readonly starts: number
  readonly violations: readonly Violation[]
}

const endsWithinMs = 20 * 60_000

/** Rotates all places again and again while workers die. */
export async function endure(size: Size, tell: (line: string) => void): Promise<TrialResult> {
  await using redis = await startRedis()
  await using clouds = await startClouds(size.places, size.instances)
  const random = seeded(size.seed)
  await using workers = new Workers(redis.url, clouds.reach, random, size.steps)
  const fleet = createFleet({ connection: redis.url, services: (place) => serviceOf(clouds.reach, place) })
  const violations: Violation[] = []
  let [runs, places, starts] = [0, 0, 0]
  workers.start(size.workers)
  for (let round = 0; round === 0 || workers.toll.kills < size.kills; round += 1) {
    const { publicKey } = await generateKeyPair({ keyType: 'rsa', bits: 2048 })
    const options = { from: `key-${round}`, to: { name: `key-${round + 1}`, publicKey: publicKey.line } }
    const limits = { maxUnavailable: 2, placesAtOnce: 6, failedPlaces: size.places }
    const run = (await fleet.rotate(clouds.places, { id: `round-${round}`, ...options, ...limits }))._unsafeUnwrap()
    const ends = endsOf(fleet, run.id)
    const report = await untilOver(fleet, run.id)
    violations.push(...mistakesIn(clouds, report, options.to.name))
    runs += 1
    places += report.places.filter(({ outcome }) => outcome !== undefined).length
    starts += report.places.reduce((sum, place) => sum + place.starts, 0)
    const { kills, stops } = workers.toll
    tell(
      `${report.state}: ${report.succeeded} of ${report.total} places; ${starts} starts, ${kills} kills, ${stops} stops in all`,
    )
    // The watch of a run that does not end has no end.
    if (report.state !== 'finished') break
    violations.push(...(await ends))
    if (violations.length > 0) break
  }
  const { kills, stops } = workers.toll
  await fleet.close()
  return { runs, places, starts, kills, stops, violations }
}

/** Watches a run to its end. Returns the places that ended twice, or were begun after their end. */
async function endsOf(fleet: Fleet, id: string): Promise<readonly Violation[]> {
  const ended = new Set<string>()
  const found: Violation[] = []
  for await (const event of fleet.watch(id)) {
    if (event.isErr()) return [{ rule: 'did not end', message: `the watch ended: ${event.error.message}` }]
    const { value } = event
    if (value.kind !== 'begun' && value.kind !== 'ended') continue
    const { account = '' } = value.place
    if (ended.has(account)) found.push({ rule: 'done twice', message: `${account} is ${value.kind} after its end` })
    if (value.kind === 'ended') ended.add(account)
  }
  return found
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
function mistakesIn({ simulatorOf }: Clouds, report: RunReport, name: string): readonly Violation[] {
  const found: Violation[] = []
  const add = (rule: Rule, message: string): void => void found.push({ rule, message })
  if (report.state !== 'finished') add('did not end', `the run is ${report.state}`)
  for (const { place, outcome } of report.places) {
    const simulator = simulatorOf(place)
    const { instances, keyPairs } = simulator.world.snapshot()
    const down = downIn(simulator)
    const { account = '' } = place
    if (outcome?.status === 'succeeded') {
      if (down.length > 0) add('left stopped unnamed', `${account} succeeded, and ${down.join(', ')} are down`)
      if (instances.some(({ bound }) => bound !== name)) add('false claim', `${account}: an instance lacks ${name}`)
      if (keyPairs.length !== 1) add('false claim', `${account} succeeded, and has ${keyPairs.length} key pairs`)
    } else {
      const unnamed = down.filter((id) => outcome?.leftStopped.includes(id) !== true)
      if (unnamed.length > 0) add('left stopped unnamed', `${account}: ${unnamed.join(', ')}`)
      add('did not end', `${account} did not succeed: ${outcome?.message ?? 'no outcome'}`)
    }
  }
  return found
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
