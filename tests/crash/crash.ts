import type { TestKeys, Subject } from '@cloud-keypair/conformance'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { isComparable, standingStill } from '@cloud-keypair/conformance/internals'
import { type KillableProcess, killableOver } from './killable-process.js'
import { mortalFiles } from './killable-files.js'
import { inTestCloud, listed, type TestCloud, referenceTo } from './test-cloud.js'
import type { Scenario } from './scenario.js'
import type { Violation } from './counts.js'
import type { CheckpointStore } from './checkpoint-store.js'
import { inProgressIn, type Ended, forgotten, leftStopped, type MakeWork, type Work } from './work.js'

/** The work that is killed, and the storage of its checkpoints. */
export interface Killed {
  readonly makeWork: MakeWork
  readonly makeStore: () => Promise<CheckpointStore>
}

/** The result of a killed process. */
export interface Died {
  /** The awaits that there were until it, and the first of each of their moments. */
  readonly awaits: number
  readonly moments: readonly number[]
  readonly violations: readonly Violation[]
}

/** Does the work in a process that dies at an await, resumes it in a world that goes wrong, and in one that does not. */
export async function die(
  subject: Subject,
  variant: string,
  testKeys: TestKeys,
  diesAt: number,
  { scenario, makeWork, makeStore }: Killed & { readonly scenario: Scenario },
): Promise<Died> {
  return inTestCloud(subject, variant, testKeys, async (cloud) => {
    const { world } = cloud
    await world.seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name })))
    await world.seedInstances(scenario.instances)
    await using work = await makeWork(scenario, cloud)
    await using store = await makeStore()
    return await new Death(cloud, scenario, work, store).run(diesAt)
  })
}

/** A process that is not killed. */
const immortal: Pick<KillableProcess, 'does'> = { does: (work) => work }

class Death {
  readonly #cloud: TestCloud
  readonly #scenario: Scenario
  readonly #work: Work
  readonly #store: CheckpointStore
  readonly #violations: Violation[] = []

  constructor(cloud: TestCloud, scenario: Scenario, work: Work, store: CheckpointStore) {
    this.#cloud = cloud
    this.#scenario = scenario
    this.#work = work
    this.#store = store
  }

  async run(diesAt: number): Promise<Died> {
    const { clock, world } = this.#cloud
    const { fault, laterFault, resumeAfterMs, readLagMs } = this.#scenario
    if (fault !== undefined) await world.fault(fault)
    await world.setReadLag(readLagMs)
    const { killable, ended } = await this.#mortally(diesAt)
    await this.#look('at once', ended)
    await clock.sleep(resumeAfterMs, new AbortController().signal)
    await this.#look('later', ended)
    await world.clearFaults()
    if (laterFault !== undefined) await world.fault(laterFault)
    await world.setReadLag(readLagMs)
    await this.#look('after resuming', await this.#resume())
    await world.clearFaults()
    await this.#finish()
    killable.bury()
    return { awaits: killable.awaits(), moments: killable.moments(), violations: this.#violations }
  }

  async #mortally(diesAt: number): Promise<{ readonly killable: KillableProcess; readonly ended: Ended | undefined }> {
    const { driver, clock, options } = this.#cloud
    const killable = killableOver(driver, clock, diesAt)
    await using _ = mortalFiles(killable, clock)
    const service = createKeyPairService(killable.driver, {
      ...options,
      testing: { ...options.testing, clock: killable.clock },
    })
    const run = async (): Promise<Ended> =>
      this.#work.run({ service, checkpoints: await this.#store.open(killable), killable })
    const ended = await Promise.race([run(), killable.death])
    return { killable, ended }
  }

  async #resume(): Promise<Ended> {
    const { driver, clock, options } = this.#cloud
    await using _ = mortalFiles(immortal, clock)
    const service = createKeyPairService(driver, { ...options, testing: { ...options.testing, clock } })
    return await this.#work.run({ service, checkpoints: await this.#store.open(immortal), killable: undefined })
  }

  async #finish(): Promise<void> {
    const ended = (await this.#isInDoubt()) ? await this.#resumeWithoutDoubt() : await this.#resume()
    if (ended.isErr()) return this.#add('unfinished', `${ended.error.code}: ${ended.error.message}`)
    await this.#look('in the end', ended)
    for (const missing of this.#work.missingIn(await this.#cloud.world.snapshot())) this.#add('unfinished', missing)
    const open = (await this.#store.latest())?.instances.filter(({ step }) => step !== 'done') ?? []
    for (const { id, step } of open) this.#add('unfinished', `${id} is ${step} in the last checkpoint`)
  }

  /** True if the name is taken by a key pair that may be its own, on a cloud that does not let keys be compared. */
  async #isInDoubt(): Promise<boolean> {
    const { makes } = this.#work
    const { keyPairs } = await this.#cloud.world.snapshot()
    return keyPairs.some(({ name }) => name === makes) && !isComparable(await listed(this.#cloud, 'other'))
  }

  /** Resumes as a user does after `already-exists`: deletes that key pair first. */
  async #resumeWithoutDoubt(): Promise<Ended> {
    const ended = await this.#resume()
    const { makes = '' } = this.#work
    if (ended.isOk() || ended.error.code !== 'already-exists') return ended
    const deleted = await this.#cloud.harness.service.delete(await referenceTo(this.#cloud, makes))
    return deleted.isOk() ? this.#resume() : deleted
  }

  async #look(when: string, ended: Ended | undefined): Promise<void> {
    const { world, clock } = this.#cloud
    await standingStill(clock, async () => {
      const snapshot = await world.snapshot()
      const checkpoint = await this.#store.latest()
      const named = new Set([...inProgressIn(checkpoint), ...leftStopped(ended)])
      for (const id of forgotten(snapshot, this.#scenario, named)) this.#add('forgotten', `${id}, ${when}`)
      const down = forgotten(snapshot, this.#scenario, new Set())
      if (down.length > this.#scenario.maxUnavailable) this.#add('too many down', `${down.join()}, ${when}`)
      for (const { harm, message } of await this.#work.harmsIn(snapshot, checkpoint)) {
        this.#add(harm, `${message}, ${when}`)
      }
    })
  }

  #add(harm: Violation['harm'], message: string): void {
    this.#violations.push({ harm, message })
  }
}
