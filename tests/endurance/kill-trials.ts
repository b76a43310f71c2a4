import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomFrom } from '@cloud-keypair/conformance/internals'
import type { Checkpoint, Random } from '@cloud-keypair/core'
import { checkpointFile } from '@cloud-keypair/core/file'
import type { SeedInstance, WorldSnapshot } from '@cloud-keypair/core/testing'
import { inProgressIn } from '../crash/work.js'
import { lineOfPrivateKey } from './answers.js'
import { exited, noKeyLost, noSecretPrinted, nothingLeftStopped } from './invariants.js'
import { pick } from './pick.js'
import { referenceByName } from './references.js'
import type { SharedCloud } from './shared-cloud.js'
import { addTallies, emptyTally, seenIn, type Tally, type Violation, violations } from './tally.js'
import type { OneOperation } from './worker-job.js'
import { startWorker } from './worker-process.js'

/** The most deaths of one operation. */
const mostDeaths = 4

/**
 * Runs an operation in a process that is killed at a random time, and resumes it in the next one, until one ends by itself.
 * Looks at the cloud and the files after each death, and at all of it in the end.
 */
export async function killAtRandom(
  cloud: SharedCloud,
  parent: string,
  number: number,
  seed: number,
  forgets = false,
): Promise<Tally> {
  const random = randomFrom(seed * 100_003 + number)
  const folder = join(parent, `operation-${number}`)
  await mkdir(folder)
  const trial = new KillTrial(cloud, plannedOperation(cloud, folder, number, random, forgets), random)
  const tally = await trial.run()
  return seenIn(`${cloud.access.adapter}, killed operation ${number}, seed ${seed}`, tally)
}

class KillTrial {
  readonly #cloud: SharedCloud
  readonly #planned: PlannedOperation
  readonly #random: Random
  readonly #instances: readonly SeedInstance[]
  readonly #violations: Violation[] = []
  #operations = 0
  #kills = 0

  constructor(cloud: SharedCloud, planned: PlannedOperation, random: Random) {
    this.#cloud = cloud
    this.#planned = planned
    this.#random = random
    const bound = planned.work === 'create' ? undefined : planned.earlier
    this.#instances = planned.instanceIds.map((id) => ({
      id,
      power: random() < 0.8 ? 'running' : 'stopped',
      keyPair: bound,
    }))
  }

  async run(): Promise<Tally> {
    const { world } = this.#cloud
    const { work, earlier, wanted } = this.#planned
    if (work !== 'create') {
      await world.seedKeyPairs((work === 'attach' ? [earlier, wanted] : [earlier]).map((name) => ({ name })))
      await world.seedInstances(this.#instances)
    }
    const before = await this.#own()
    const job = await this.#job()
    let isOver = false
    while (!isOver) isOver = await this.#runOnce(job, before, this.#kills < mostDeaths)
    return {
      operations: this.#operations,
      faults: 0,
      kills: this.#kills,
      seen: { [`${work}, killed`]: this.#kills },
      violations: this.#violations,
    }
  }

  /** Runs a process. Returns true if it ended by itself. */
  async #runOnce(job: OneOperation, before: WorldSnapshot, mayDie: boolean): Promise<boolean> {
    this.#operations += 1
    const worker = startWorker(job)
    await worker.begun
    // A create takes some hundredths of a second, and a rotation some seconds.
    const timer = mayDie ? setTimeout(() => worker.kill(), this.#random() ** 3 * 3_000) : undefined
    const end = await worker.ended
    clearTimeout(timer)
    const { canaries } = this.#cloud
    this.#add('secret told', noSecretPrinted(end.output, canaries))
    const after = await this.#own()
    const held = await keysIn(this.#planned.folder)
    this.#add('key lost', noKeyLost(before, after, held, undefined))
    const kept = await this.#checkpoint()
    const stopped = nothingLeftStopped(before, after, [...inProgressIn(kept), ...end.leftStopped])
    this.#add(
      'left stopped',
      stopped.map((message) => `${message}; ${JSON.stringify(kept?.instances)}\n${end.output}`),
    )
    if (end.isKilled) {
      this.#kills += 1
      return false
    }
    this.#violations.push(...end.wrong)
    this.#add('did not exit', exited(end.code, end.signal, end.output))
    if (end.lastCode !== 'ok' && !this.#mayBeRefused(end.lastCode)) {
      this.#add('not resumed', [`${this.#planned.work} ended with ${end.lastCode}: ${end.lastMessage}\n${end.output}`])
    }
    if (end.lastCode === 'ok') this.#add('false claim', this.#missing(after))
    return true
  }

  /** True if no cloud could tell the key pair of the killed process from that of somebody else. */
  #mayBeRefused(code: string): boolean {
    return code === 'already-exists' && !this.#cloud.comparable && this.#kills > 0
  }

  async #job(): Promise<OneOperation> {
    const { service, access } = this.#cloud
    const { earlier, ...planned } = this.#planned
    const [replaced, attached] = await Promise.all(
      [earlier, planned.wanted].map((name) => referenceByName(service, name)),
    )
    return { ...planned, access, replaced: replaced ?? { name: earlier }, attached: attached ?? { name: earlier } }
  }

  async #checkpoint(): Promise<Checkpoint | undefined> {
    return (await checkpointFile(join(this.#planned.folder, 'checkpoint'))).resume
  }

  /** Returns the part of the cloud that the operation is about. */
  async #own(): Promise<WorldSnapshot> {
    const { keyPairs, instances } = await this.#cloud.world.snapshot()
    const { earlier, wanted, instanceIds } = this.#planned
    return {
      keyPairs: keyPairs.filter(({ name }) => name === earlier || name === wanted),
      instances: instances.filter(({ id }) => instanceIds.includes(id)),
    }
  }

  /** Returns the differences from what Ok says. */
  #missing({ keyPairs, instances }: WorldSnapshot): readonly string[] {
    const { work, earlier, wanted } = this.#planned
    const names = keyPairs.map(({ name }) => name)
    if (work === 'create') return names.join() === wanted ? [] : [`the key pairs are ${names.join()}`]
    const isNeeded = this.#instances.some(({ power }) => power === 'stopped')
    const isWrong = work === 'rotate' && names.includes(earlier) !== isNeeded
    const bound = work === 'detach' ? null : wanted
    return [
      ...(isWrong ? [`the replaced key pair is ${isNeeded ? 'gone' : 'there'}`] : []),
      ...this.#instances.flatMap(({ id, power }) => {
        const there = instances.find((one) => one.id === id)
        const accepts = power === 'stopped' || bound === null || there?.authorized.includes(bound)
        return there?.bound === bound && there.power === power && accepts === true ? [] : [JSON.stringify(there)]
      }),
    ]
  }

  #add(invariant: Violation['invariant'], messages: readonly string[]): void {
    this.#violations.push(...violations(invariant, messages))
  }
}

/** Returns the public keys of the private keys in a folder. A temporary file is not where anybody looks. */
export async function keysIn(folder: string): Promise<ReadonlySet<string>> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return new Set(texts.flatMap((text) => lineOfPrivateKey(text) ?? []))
}

/** Runs kills in several folders at the same time, until there are so many. Each operation is killed once or so. */
export async function killUntil(
  count: number,
  atOnce: number,
  one: (number: number) => Promise<Tally>,
): Promise<Tally> {
  let total = emptyTally
  let begun = 0
  const work = async (): Promise<void> => {
    while (total.kills < count && total.violations.length === 0 && begun < count * 5) {
      begun += 1
      total = addTallies(total, await one(begun))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work))
  return total
}

/** An operation to be killed, and the name of the key pair that the instances have before it. */
type PlannedOperation = Omit<OneOperation, 'access' | 'replaced' | 'attached'> & { readonly earlier: string }

function plannedOperation(
  { capabilities }: SharedCloud,
  folder: string,
  number: number,
  random: Random,
  forgets: boolean,
): PlannedOperation {
  const works = forgets ? (['rotate'] as const) : capabilities.instances === false ? (['create'] as const) : allWorks
  const work = pick<OneOperation['work']>(works, random) ?? 'create'
  const count = work === 'create' ? 0 : 1 + Math.floor(random() * 4)
  return {
    work,
    folder,
    earlier: `old_${number}`,
    wanted: `next_${number}`,
    instanceIds: Array.from({ length: count }, (_, index) => `i-${number}-${index}`),
    maxUnavailable: 1 + Math.floor(random() * 2),
    forgets,
  }
}

const allWorks = ['create', 'attach', 'detach', 'rotate', 'rotate'] as const
