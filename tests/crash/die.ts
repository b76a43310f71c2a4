import type { Kit, Subject } from '@cloud-keypair/conformance'
import { type Checkpoint, createKeyPairService } from '@cloud-keypair/core'
import { kept } from '../../packages/conformance/src/cases/power.js'
import { isComparable } from '../../packages/conformance/src/expect.js'
import { type Mortal, mortalOver } from './mortal.js'
import { mortalFiles } from './mortal-files.js'
import { inPlace, listed, type Place, referenceTo } from './place.js'
import type { Story } from './story.js'
import type { Violation } from './tally.js'
import { begunWith, type Ended, forgotten, leftStopped, type MakeWork, type Work } from './work.js'

/** What came of a death. */
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
  kit: Kit,
  story: Story,
  diesAt: number,
  makeWork: MakeWork,
): Promise<Died> {
  return inPlace(subject, variant, kit, async (place) => {
    const { world } = place
    await world.seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name })))
    await world.seedInstances(story.instances)
    await using work = await makeWork(story, place)
    return await new Death(place, story, work).run(diesAt)
  })
}

class Death {
  readonly #place: Place
  readonly #story: Story
  readonly #work: Work
  readonly #violations: Violation[] = []
  #checkpoint: Checkpoint | undefined

  constructor(place: Place, story: Story, work: Work) {
    this.#place = place
    this.#story = story
    this.#work = work
  }

  async run(diesAt: number): Promise<Died> {
    const { clock, world } = this.#place
    const { fault, laterFault, resumeAfterMs, readLagMs } = this.#story
    if (fault !== undefined) await world.fault(fault)
    await world.setReadLag(readLagMs)
    const { mortal, ended } = await this.#mortally(diesAt)
    await this.#look('at once', ended)
    await clock.sleep(resumeAfterMs, new AbortController().signal)
    await this.#look('later', ended)
    await world.clearFaults()
    if (laterFault !== undefined) await world.fault(laterFault)
    await world.setReadLag(readLagMs)
    await this.#look('after resuming', await this.#resume())
    await world.clearFaults()
    await this.#finish()
    mortal.bury()
    return { awaits: mortal.awaits(), moments: mortal.moments(), violations: this.#violations }
  }

  async #mortally(diesAt: number): Promise<{ readonly mortal: Mortal; readonly ended: Ended | undefined }> {
    const { driver, clock, options } = this.#place
    const mortal = mortalOver(driver, clock, diesAt)
    await using _ = mortalFiles(mortal, clock)
    const service = createKeyPairService(mortal.driver, { ...options, clock: mortal.clock })
    const run = { service, keep: mortal.does(this.#keep), resume: undefined, mortal }
    const ended = await Promise.race([this.#work.run(run), mortal.death])
    return { mortal, ended }
  }

  async #resume(): Promise<Ended> {
    const { driver, clock, options } = this.#place
    await using _ = mortalFiles({ does: (work) => work }, clock)
    const service = createKeyPairService(driver, { ...options, clock })
    return await this.#work.run({ service, keep: this.#keep, resume: this.#checkpoint, mortal: undefined })
  }

  async #finish(): Promise<void> {
    const ended = (await this.#isInDoubt()) ? await this.#resumeWithoutDoubt() : await this.#resume()
    if (ended.isErr()) return this.#add('unfinished', `${ended.error.code}: ${ended.error.message}`)
    await this.#look('in the end', ended)
    for (const missing of this.#work.missingIn(await this.#place.world.snapshot())) this.#add('unfinished', missing)
    const open = this.#checkpoint?.instances.filter(({ step }) => step !== 'done') ?? []
    for (const { id, step } of open) this.#add('unfinished', `${id} is ${step} in the last checkpoint`)
  }

  /** Whether a key pair is in the way that may be its own, where the cloud does not let keys be compared. */
  async #isInDoubt(): Promise<boolean> {
    const { makes } = this.#work
    const { keyPairs } = await this.#place.world.snapshot()
    return keyPairs.some(({ name }) => name === makes) && !isComparable(await listed(this.#place, 'other'))
  }

  /** As a user does it who is told of a key pair that is in the way. */
  async #resumeWithoutDoubt(): Promise<Ended> {
    const ended = await this.#resume()
    const { makes = '' } = this.#work
    if (ended.isOk() || ended.error.code !== 'already-exists') return ended
    const deleted = await this.#place.harness.service.delete(await referenceTo(this.#place, makes))
    return deleted.isOk() ? this.#resume() : deleted
  }

  readonly #keep = async (latest: Checkpoint): Promise<void> => {
    this.#checkpoint = kept(latest)
  }

  async #look(when: string, ended: Ended | undefined): Promise<void> {
    const { world, clock } = this.#place
    clock.open(when)
    const snapshot = await world.snapshot()
    const named = new Set([...begunWith(this.#checkpoint), ...leftStopped(ended)])
    for (const id of forgotten(snapshot, this.#story, named)) this.#add('forgotten', `${id}, ${when}`)
    const down = forgotten(snapshot, this.#story, new Set())
    if (down.length > this.#story.maxUnavailable) this.#add('too many down', `${down.join()}, ${when}`)
    for (const { harm, message } of await this.#work.harmsIn(snapshot, this.#checkpoint)) {
      this.#add(harm, `${message}, ${when}`)
    }
    clock.close(when)
  }

  #add(harm: Violation['harm'], message: string): void {
    this.#violations.push({ harm, message })
  }
}
