import type { InstanceParts } from './change-instances.js'
import type { KeyChange } from '../attachment/key-change.js'
import type { NowSetting } from './waves.js'
import type { CheckpointInstance } from './checkpoint-writer.js'
import type { InstanceRecord } from '../contract/driver.js'
import type { Journal } from './journal.js'
import type { TellProgress } from './progress.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { Target } from '../attachment/target-key-pair.js'

/** What a caller says of a change that restarts instances. */
type NowOptions = Pick<ChangeOptions, 'maxUnavailable' | 'repairDeadlineMs' | 'force' | 'restartUnchanged' | 'check'>

const defaultRepairMs = 300_000

/** How a change that restarts instances goes about it, with what its caller left out filled in. */
export function nowSetting(
  parts: InstanceParts,
  target: Target,
  rules: KeyChange,
  tell: TellProgress,
  options: NowOptions,
  journal: Journal,
  earlier: readonly CheckpointInstance[],
): NowSetting {
  const { maxUnavailable = 1, repairDeadlineMs = defaultRepairMs, force = false, restartUnchanged = true } = options
  const isReached = (record: InstanceRecord): boolean =>
    rules.call === 'attach' ? target.isBound(record) === true : record.keyPair === undefined
  return {
    ...parts,
    target,
    rules,
    goal: {
      isReached,
      mayDangle: rules.call === 'attach' && target.mayDangle,
      instances: parts.instances,
      restartUnchanged,
    },
    force,
    tell,
    repairDeadlineMs,
    check: options.check,
    journal,
    resume: new Map(earlier.map((instance) => [instance.id, instance])),
    maxUnavailable,
  }
}
