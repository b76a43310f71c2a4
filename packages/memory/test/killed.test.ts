import { createKeyPairService, type Checkpoint, type InstanceBatch, type KeyPairService } from '@cloud-keypair/core'
import type { Fault, SeedInstance, WorldSnapshot } from '@cloud-keypair/memory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mortalOver } from './mortal.js'
import { clouds, rolloutOf } from './rollout.js'

const worlds = Number(process.env['KILL_WORLDS'] ?? 8)
const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** A world, and an attach of `new` to all of it. */
interface Story {
  readonly instances: readonly SeedInstance[]
  readonly maxUnavailable: number
  readonly fault: Fault | undefined
  /** How long after its death it is resumed, and what goes wrong then; after that, it is resumed once more. */
  readonly resumeAfterMs: number
  readonly laterFault: Fault | undefined
}

const instance = fc.record({
  power: fc.constantFrom('running', 'running', 'stopped'),
  keyPair: fc.constantFrom('old', 'old', 'old', 'other', 'new', undefined),
})
const trouble = fc.record({
  on: fc.constantFrom('attach', 'attach', 'attach', 'stop', 'start', 'reboot', 'detach', 'read-instances'),
  skip: fc.nat(2),
  kind: fc.constantFrom(
    { kind: 'throttled' },
    { kind: 'reset', commit: true },
    { kind: 'reset', commit: false },
    { kind: 'silence', commit: true },
    { kind: 'items', ids: ['i-0', 'i-1'], as: 'throttled' },
    { kind: 'items', ids: ['i-0', 'i-1', 'i-2'], as: 'strange' },
    { kind: 'items', ids: ['i-0', 'i-1', 'i-2'], as: 'strange' },
    { kind: 'denied' },
    { kind: 'denied' },
  ),
})
const fault = fc.option(
  trouble.map(({ kind, ...where }): Fault => ({ ...where, ...kind }) as const),
  { nil: undefined },
)
const stories: fc.Arbitrary<Story> = fc.record({
  instances: fc
    .array(instance, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((one, index) => ({ id: `i-${index}`, ...one }))),
  maxUnavailable: fc.integer({ min: 1, max: 3 }),
  fault,
  resumeAfterMs: fc.constantFrom(0, 7_000, 60_000),
  laterFault: fault,
})

/** The running instances that accept neither the key of before nor the new one. */
function lockedOut({ instances }: WorldSnapshot, story: Story): readonly string[] {
  const before = new Map(story.instances.map(({ id, keyPair }) => [id, keyPair]))
  return instances
    .filter(({ id, power, authorized }) => {
      const key = before.get(id)
      return power === 'running' && key !== undefined && !authorized.includes(key) && !authorized.includes('new')
    })
    .map(({ id }) => id)
}

/** The instances that were running and are not, and that nothing named. */
function forgotten({ instances }: WorldSnapshot, story: Story, named: ReadonlySet<string>): readonly string[] {
  const running = new Set(story.instances.filter(({ power }) => power === 'running').map(({ id }) => id))
  return instances
    .filter(({ id, power }) => running.has(id) && power !== 'running' && !named.has(id))
    .map(({ id }) => id)
}

/** Runs the story in a process that dies at an await, and resumes it. The awaits that there were. */
async function die(cloud: string, story: Story, diesAt: number): Promise<number> {
  const { world, driver, clock, service } = await rolloutOf(clouds[cloud] ?? {}, story.instances)
  const context = `seed ${seed}, ${cloud}, dies at ${diesAt}: ${JSON.stringify(story)}`
  const ids = story.instances.map(({ id }) => id)
  let checkpoint: Checkpoint | undefined
  const keep = async (latest: Checkpoint): Promise<void> => {
    checkpoint = JSON.parse(JSON.stringify(latest))
  }
  const attach = (by: KeyPairService, onCheckpoint: typeof keep) => {
    const options = { takeEffect: 'now', maxUnavailable: story.maxUnavailable, onCheckpoint } as const
    return by.attach({ name: 'new' }, ids, { ...options, ...(checkpoint && { resume: checkpoint }) })
  }
  const mustBeSafe = async (when: string, left: readonly string[] = []): Promise<void> => {
    const snapshot = await world.snapshot()
    const begun = checkpoint?.instances.filter(({ step }) => step === 'begun').map(({ id }) => id) ?? []
    expect(lockedOut(snapshot, story), `locked out ${when}, ${context}`).toEqual([])
    expect(forgotten(snapshot, story, new Set([...begun, ...left])), `forgotten ${when}, ${context}`).toEqual([])
  }

  if (story.fault !== undefined) await world.fault(story.fault)
  const mortal = mortalOver(driver, clock, diesAt)
  const first = createKeyPairService(mortal.driver, { clock: mortal.clock, random: () => 0.5 })
  const ended = await Promise.race([attach(first, mortal.does(keep)), mortal.death])
  const awaits = mortal.awaits()
  await mustBeSafe('at once', ended && leftStopped(ended))
  await clock.sleep(story.resumeAfterMs, new AbortController().signal)
  await mustBeSafe('later', ended && leftStopped(ended))

  await world.clearFaults()
  if (story.laterFault !== undefined) await world.fault(story.laterFault)
  await mustBeSafe('after resuming', leftStopped(await attach(service, keep)))

  await world.clearFaults()
  const resumed = await attach(service, keep)
  expect(resumed.isOk(), `resumed, ${context}: ${resumed.isErr() ? resumed.error.message : ''}`).toBe(true)
  for (const { id, power, bound, authorized } of (await world.snapshot()).instances) {
    const before = story.instances.find((one) => one.id === id)
    expect([id, power, bound], context).toEqual([id, before?.power, 'new'])
    if (power === 'running') expect(authorized, `${id}, ${context}`).toContain('new')
  }
  expect(checkpoint?.instances.every(({ step }) => step === 'done')).toBe(true)
  return awaits
}

function leftStopped(result: Awaited<ReturnType<KeyPairService['attach']>>): readonly string[] {
  const batch: InstanceBatch | undefined = result.match(
    (whole) => whole,
    (error) => (error.code === 'incomplete' ? error.details.batch : undefined),
  )
  return batch?.leftStopped ?? []
}

describe.each(Object.keys(clouds))('an attach killed at every await: %s', (cloud) => {
  it(`forgets no instance and locks nobody out (seed ${seed})`, { timeout: 3_600_000 }, async () => {
    let deaths = 0
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const awaits = await die(cloud, story, Infinity)
        for (let at = 1; at <= awaits; at += 1) await die(cloud, story, at)
        deaths += awaits
      }),
      { numRuns: worlds, seed, endOnFailure: true },
    )
    console.log(`${cloud}: ${worlds} worlds, ${deaths} deaths, seed ${seed}`)
  })
})
