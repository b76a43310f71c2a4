import type { ChangeRules } from '../attachment/key-change.js'
import { isAloneOn, type TargetKeyPair } from '../attachment/target-key-pair.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { defaultRepairMs } from '../engine/time-limits.js'
import type { Failure } from '../errors/failures.js'
import type { Result } from '../result.js'
import type { CheckpointWriter } from './checkpoint-writer.js'
import type { Goal } from './next-step.js'
import type { TellProgress } from './progress.js'

/** The settings of a change that restarts instances: of all waves, and of each step. */
export interface RestartSettings {
  readonly target: TargetKeyPair
  readonly rules: ChangeRules
  readonly goal: Goal
  readonly maxUnavailable: number
  /** True if one running instance goes first, alone, and the others only after it succeeded. */
  readonly firstAlone?: boolean
  /** The deadline of one wave, if it has one. */
  readonly waveDeadlineMs?: number
  readonly repairDeadlineMs: number
  readonly force: boolean
  readonly check: ChangeOptions['check']
  readonly tell: TellProgress
  readonly checkpoint: CheckpointWriter
  /** The instances in the checkpoint of an earlier run, by id. */
  readonly resume: ReadonlyMap<string, CheckpointInstance>
  /**
   * Returns the failure of an instance that must not be changed as it was read. Of an instance in progress it is asked only
   * if the instance shows neither the wanted key pair nor the one before.
   */
  whyUnfit?(record: InstanceRecord): Failure | undefined
  /** Compares the key behind the name before each wave. A failure ends the work. */
  confirmKey(operation: Operation): Promise<Result<null, Failure>>
}

/** The caller's options of a change that restarts instances. */
type RestartOptions = Pick<
  ChangeOptions,
  'maxUnavailable' | 'repairDeadlineMs' | 'force' | 'restartUnchanged' | 'check'
>

/** The parts of a change that restarts instances. */
export interface RestartInput extends Pick<
  RestartSettings,
  'firstAlone' | 'waveDeadlineMs' | 'whyUnfit' | 'confirmKey'
> {
  readonly target: TargetKeyPair
  readonly rules: ChangeRules
  readonly tell: TellProgress
  readonly options: RestartOptions
  readonly checkpoint: CheckpointWriter
  /** The instances in the checkpoint of an earlier run. */
  readonly earlier: readonly CheckpointInstance[]
}

/** Makes the settings of a change that restarts instances, with defaults for the options that the caller left out. */
export function restartSettings(
  { instances }: InstanceOperation,
  { options, earlier, ...given }: RestartInput,
): RestartSettings {
  const { maxUnavailable = 1, repairDeadlineMs = defaultRepairMs, force = false, restartUnchanged = true } = options
  const { target, rules } = given
  const isReached = (record: InstanceRecord): boolean =>
    rules.call === 'attach' ? isAloneOn(record, target) : record.keyPair === undefined
  const nameMayBeStale = rules.call === 'attach' && target.nameMayBeStale
  return {
    ...given,
    goal: { isReached, nameMayBeStale, instances, restartUnchanged },
    force,
    repairDeadlineMs,
    check: options.check,
    resume: new Map(earlier.map((instance) => [instance.id, instance])),
    maxUnavailable,
  }
}
