import {
  type Checkpoint,
  createKeyPairService,
  type GeneratedKeyPairMaterial,
  generateKeyPair,
  type KeyPairError,
  type KeyPairService,
  publicKeyOf,
  type Result,
  type SavePrivateKey,
  type Secret,
} from '@cloud-keypair/core'
import {
  type Fault,
  type MemoryTraits,
  memoryVariants,
  type SeedInstance,
  type WorldSnapshot,
} from '@cloud-keypair/memory'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Mortal, mortalOver } from './mortal.js'
import { clouds, rolloutOf } from './rollout.js'

const worlds = Number(process.env['KILL_WORLDS'] ?? 4)
const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

const materials: GeneratedKeyPairMaterial[] = []
beforeAll(async () => {
  for (let count = 0; count < 4; count += 1) materials.push(await generateKeyPair({ bits: 2048 }))
})

/** A cloud that shows late what is bound, detaches whatever it is asked to, and refuses an attach over another. */
const unkind: Partial<MemoryTraits> = {
  ...memoryVariants['nothing is kind'],
  power: ['stopped'],
  attachOver: 'refused',
  reboot: 'keeps-key',
  secondChange: 'wins',
  fingerprint: 'md5',
}
const all: Readonly<Record<string, Partial<MemoryTraits>>> = { ...clouds, unkind }

/** A world, what goes wrong in it, and what goes wrong when the work is taken up after a death. */
interface Story {
  readonly instances: readonly SeedInstance[]
  readonly maxUnavailable: number
  readonly fault: Fault | undefined
  /** How long after its death it is resumed, and what goes wrong then; after that, it is resumed once more. */
  readonly resumeAfterMs: number
  readonly laterFault: Fault | undefined
  /** The instance that the check of a rotation rejects, before a death. */
  readonly rejects: string | undefined
}

const instance = fc.record({
  power: fc.constantFrom('running', 'running', 'stopped'),
  keyPair: fc.constantFrom('old', 'old', 'old', 'other', 'new', undefined),
})
const trouble = fc.record({
  on: fc.constantFrom('attach', 'attach', 'attach', 'stop', 'start', 'reboot', 'detach', 'read-instances', 'import'),
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
  rejects: fc.constantFrom(undefined, undefined, 'i-0', 'i-1'),
})

type Ended = Result<unknown, KeyPairError>
type Keep = (checkpoint: Checkpoint) => Promise<void>

/** What is done in a world, and what has to be so in the end. */
interface Work {
  readonly wanted: 'new' | 'next'
  run(
    story: Story,
    service: KeyPairService,
    keep: Keep,
    resume: Checkpoint | undefined,
    mortal?: Mortal,
  ): Promise<Ended>
  mustBeSafe?(snapshot: WorldSnapshot, context: string): void
  mustBeDone(snapshot: WorldSnapshot, story: Story, context: string): void
}

/** The running instances that accept neither the key of before nor the new one. */
function lockedOut({ instances }: WorldSnapshot, story: Story, wanted: string): readonly string[] {
  const before = new Map(story.instances.map(({ id, keyPair }) => [id, keyPair]))
  return instances
    .filter(({ id, power, authorized }) => {
      const key = before.get(id)
      return power === 'running' && key !== undefined && !authorized.includes(key) && !authorized.includes(wanted)
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

function leftStopped(ended: Ended | undefined): readonly string[] {
  if (ended === undefined || ended.isOk() || ended.error.code !== 'incomplete') return []
  const { batch } = ended.error.details
  return 'leftStopped' in batch ? batch.leftStopped : []
}

/** Runs the work in a process that dies at an await, and resumes it. The awaits that there were. */
async function die(cloud: string, story: Story, diesAt: number, work: Work): Promise<number> {
  const { world, driver, clock } = await rolloutOf(all[cloud] ?? {}, story.instances)
  const context = `seed ${seed}, ${cloud}, dies at ${diesAt}: ${JSON.stringify(story)}`
  let generated = 0
  const generate = async (): Promise<GeneratedKeyPairMaterial> => {
    const material = materials[generated++ % materials.length]
    if (material === undefined) throw new Error('There is no material')
    return material
  }
  let checkpoint: Checkpoint | undefined
  const keep: Keep = async (latest) => {
    checkpoint = JSON.parse(JSON.stringify(latest))
  }
  const mustBeSafe = async (when: string, left: readonly string[] = []): Promise<void> => {
    const snapshot = await world.snapshot()
    const begun = checkpoint?.instances.filter(({ step }) => step === 'begun').map(({ id }) => id) ?? []
    expect(lockedOut(snapshot, story, work.wanted), `locked out ${when}, ${context}`).toEqual([])
    expect(forgotten(snapshot, story, new Set([...begun, ...left])), `forgotten ${when}, ${context}`).toEqual([])
    work.mustBeSafe?.(snapshot, `${when}, ${context}`)
  }

  if (story.fault !== undefined) await world.fault(story.fault)
  const mortal = mortalOver(driver, clock, diesAt)
  const options = { random: () => 0.5, generateKeyPair: generate }
  const first = createKeyPairService(mortal.driver, { ...options, clock: mortal.clock })
  const ended = await Promise.race([work.run(story, first, mortal.does(keep), undefined, mortal), mortal.death])
  const awaits = mortal.awaits()
  await mustBeSafe('at once', leftStopped(ended))
  await clock.sleep(story.resumeAfterMs, new AbortController().signal)
  await mustBeSafe('later', leftStopped(ended))

  const service = createKeyPairService(driver, { ...options, clock })
  await world.clearFaults()
  if (story.laterFault !== undefined) await world.fault(story.laterFault)
  await mustBeSafe('after resuming', leftStopped(await work.run(story, service, keep, checkpoint)))

  await world.clearFaults()
  const resumed = await work.run(story, service, keep, checkpoint)
  expect(resumed.isOk(), `resumed, ${context}: ${resumed.isErr() ? resumed.error.message : ''}`).toBe(true)
  work.mustBeDone(await world.snapshot(), story, context)
  expect(checkpoint?.instances.every(({ step }) => step === 'done')).toBe(true)
  return awaits
}

const attach = (): Work => ({
  wanted: 'new',
  run: async (story, service, onCheckpoint, resume) =>
    service.attach(
      { name: 'new' },
      story.instances.map(({ id }) => id),
      { takeEffect: 'now', maxUnavailable: story.maxUnavailable, onCheckpoint, resume },
    ),
  mustBeDone: ({ instances }, story, context) => {
    for (const { id, power, bound, authorized } of instances) {
      const before = story.instances.find((one) => one.id === id)
      expect([id, power, bound], context).toEqual([id, before?.power, 'new'])
      if (power === 'running') expect(authorized, `${id}, ${context}`).toContain('new')
    }
  },
})

/** A rotation of `old`, to a key that is generated and kept in a vault. */
function rotation(): Work {
  const vault: Secret[] = []
  const isKept = (publicKey: string): boolean =>
    vault.some((key) => publicKeyOf(key)._unsafeUnwrap().line === publicKey)
  return {
    wanted: 'next',
    run: async (story, service, onCheckpoint, resume, mortal) => {
      const keep = async (key: Secret): Promise<void> => void vault.push(key)
      const load = async (): Promise<Secret | undefined> => vault.at(-1)
      const save: SavePrivateKey = Object.assign(mortal?.does(keep) ?? keep, { load })
      const check = mortal?.does(async (id: string): Promise<void> => {
        if (id === story.rejects) throw new Error('no login')
      })
      const { maxUnavailable } = story
      return service.rotate({ name: 'old' }, { name: 'next', save, maxUnavailable, onCheckpoint, resume, check })
    },
    mustBeSafe: ({ keyPairs }, context) => {
      const next = keyPairs.find(({ name }) => name === 'next')
      if (next !== undefined) expect(isKept(next.publicKey), `a key is lost ${context}`).toBe(true)
    },
    mustBeDone: ({ instances, keyPairs }, story, context) => {
      const had = story.instances.filter(({ keyPair }) => keyPair === 'old')
      for (const { id, power, bound, authorized } of instances) {
        const before = story.instances.find((one) => one.id === id)
        const wanted = before?.keyPair === 'old' ? 'next' : (before?.keyPair ?? null)
        expect([id, power, bound], context).toEqual([id, before?.power, wanted])
        if (power === 'running') expect(authorized, `${id}, ${context}`).toEqual(wanted === null ? [] : [wanted])
      }
      const isNeeded = had.some(({ power }) => power === 'stopped')
      expect(
        keyPairs.some(({ name }) => name === 'old'),
        context,
      ).toBe(isNeeded)
    },
  }
}

describe.each([
  ['an attach', attach],
  ['a rotation', rotation],
] as const)('%s that is killed at every await', (what, work) => {
  it.each(Object.keys(all))(
    `forgets no instance, locks nobody out and loses no key: %s (seed ${seed})`,
    { timeout: worlds * 100_000 },
    async (cloud) => {
      let deaths = 0
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          const awaits = await die(cloud, story, Infinity, work())
          for (let at = 1; at <= awaits; at += 1) await die(cloud, story, at, work())
          deaths += awaits
        }),
        { numRuns: worlds, seed, endOnFailure: true },
      )
      console.log(`${what}, ${cloud}: ${worlds} worlds, ${deaths} deaths, seed ${seed}`)
    },
  )
})
