import type { WorldSnapshot } from '@cloud-keypair/conformance'
import type { Checkpoint, KeyPairError, KeyPairService, Result } from '@cloud-keypair/core'
import type { Mortal } from './mortal.js'
import type { Place } from './place.js'
import type { Story } from './story.js'
import type { Violation } from './tally.js'

export type Ended = Result<unknown, KeyPairError>

/** A run of the work: the service that it is done with, and where its checkpoints go and come from. */
export interface Run {
  readonly service: KeyPairService
  readonly keep: (checkpoint: Checkpoint) => Promise<void>
  readonly resume: Checkpoint | undefined
  /** The process that does it, where it may die. */
  readonly mortal: Mortal | undefined
}

/** What is done in a world, and what has to be so in the end. */
export interface Work extends AsyncDisposable {
  /** The name of the key pair that it makes, where it makes one. */
  readonly makes: string | undefined
  run(run: Run): Promise<Ended>
  /** What is wrong at any moment, with the latest checkpoint. */
  harmsIn(snapshot: WorldSnapshot, checkpoint: Checkpoint | undefined): Promise<readonly Violation[]>
  /** How the world differs from one in which the work is done. */
  missingIn(snapshot: WorldSnapshot): readonly string[]
}

/** Work that can be done in a world, made anew for each. */
export type MakeWork = (story: Story, place: Place) => Promise<Work>

/** The running instances that accept neither the key of before nor the wanted one. */
export function lockedOut(
  { instances }: WorldSnapshot,
  story: Pick<Story, 'instances'>,
  wanted: string | undefined,
): readonly string[] {
  const before = new Map(story.instances.map(({ id, keyPair }) => [id, keyPair]))
  return instances
    .filter(({ id, power, authorized }) => {
      const key = before.get(id)
      const isLetIn = key === undefined || [key, wanted].some((name) => name !== undefined && authorized.includes(name))
      return power === 'running' && !isLetIn
    })
    .map(({ id }) => id)
}

/** The instances that were running and are not, and that nothing named. */
export function forgotten(
  { instances }: WorldSnapshot,
  story: Pick<Story, 'instances'>,
  named: ReadonlySet<string>,
): readonly string[] {
  const running = new Set(story.instances.filter(({ power }) => power === 'running').map(({ id }) => id))
  return instances
    .filter(({ id, power }) => running.has(id) && power !== 'running' && !named.has(id))
    .map(({ id }) => id)
}

/** The instances that a result says were left stopped. */
export function leftStopped(ended: Ended | undefined): readonly string[] {
  if (ended === undefined || ended.isOk() || ended.error.code !== 'incomplete') return []
  const { batch } = ended.error.details
  return 'leftStopped' in batch ? batch.leftStopped : []
}

/** The instances that a checkpoint says may have been touched. */
export function begunWith(checkpoint: Checkpoint | undefined): readonly string[] {
  return checkpoint?.instances.filter(({ step }) => step === 'in-progress').map(({ id }) => id) ?? []
}
