import type { Checkpoint, KeyPairError, KeyPairService, Result } from '@cloud-keypair/core'
import type { WorldSnapshot } from '@cloud-keypair/core/testing'
import type { KillableProcess } from './killable-process.js'
import type { TestCloud } from './test-cloud.js'
import type { CheckpointOptions } from './checkpoint-store.js'
import type { Scenario } from './scenario.js'
import type { Violation } from './counts.js'

export type Ended = Result<unknown, KeyPairError>

/** A run of the work: its service, and the options that keep its checkpoints. */
export interface Run {
  readonly service: KeyPairService
  readonly checkpoints: CheckpointOptions
  /** The process that does the work, if it may be killed. */
  readonly killable: KillableProcess | undefined
}

/** The work in a world, and the state that it has to reach. */
export interface Work extends AsyncDisposable {
  /** The name of the key pair that the work creates, if it creates one. */
  readonly makes: string | undefined
  run(run: Run): Promise<Ended>
  /** Returns the harm in a world at any moment, given the latest checkpoint. */
  harmsIn(snapshot: WorldSnapshot, checkpoint: Checkpoint | undefined): Promise<readonly Violation[]>
  /** Returns the differences from a world in which the work is done. */
  missingIn(snapshot: WorldSnapshot): readonly string[]
}

/** Makes the work of a world, for each world again. */
export type MakeWork = (scenario: Scenario, cloud: TestCloud) => Promise<Work>

/** Returns the running instances that accept neither the earlier key nor the wanted one. */
export function lockedOut(
  { instances }: WorldSnapshot,
  scenario: Pick<Scenario, 'instances'>,
  wanted: string | undefined,
): readonly string[] {
  const before = new Map(scenario.instances.map(({ id, keyPair }) => [id, keyPair]))
  return instances
    .filter(({ id, power, authorized }) => {
      const key = before.get(id)
      const isLetIn = key === undefined || [key, wanted].some((name) => name !== undefined && authorized.includes(name))
      return power === 'running' && !isLetIn
    })
    .map(({ id }) => id)
}

/** Returns the instances that ran before, are down now, and were not named. */
export function forgotten(
  { instances }: WorldSnapshot,
  scenario: Pick<Scenario, 'instances'>,
  named: ReadonlySet<string>,
): readonly string[] {
  const running = new Set(scenario.instances.filter(({ power }) => power === 'running').map(({ id }) => id))
  return instances
    .filter(({ id, power }) => running.has(id) && power !== 'running' && !named.has(id))
    .map(({ id }) => id)
}

/** Returns the instances that a result names as left stopped. */
export function leftStopped(ended: Ended | undefined): readonly string[] {
  if (ended === undefined || ended.isOk() || ended.error.code !== 'incomplete') return []
  const { batch } = ended.error.details
  return 'leftStopped' in batch ? batch.leftStopped : []
}

/** Returns the instances that a checkpoint has in progress. */
export function inProgressIn(checkpoint: Checkpoint | undefined): readonly string[] {
  return checkpoint?.instances.filter(({ step }) => step === 'in-progress').map(({ id }) => id) ?? []
}
