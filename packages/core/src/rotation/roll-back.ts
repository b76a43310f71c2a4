import { attachRules } from '../attachment/attach-rules.js'
import type { ChangedInstances } from '../attachment/change-without-restart.js'
import type { InstanceItem } from '../contract/batch.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { RotationOptions } from '../contract/rotation.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { type Failure, refusal } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runPart } from '../engine/operation.js'
import { toError, onInstance } from '../errors/to-error.js'
import { ok } from '../result.js'
import { CheckpointWriter, checkpointKeyPair } from '../restart/checkpoint-writer.js'
import type { Progress, TellProgress } from '../restart/progress.js'
import { restartSettings } from '../restart/restart-settings.js'
import { runWaves } from '../restart/waves.js'
import type { KeyGuard } from './key-guard.js'
import type { RotationTargets } from './recognise-key-pairs.js'

/** The key pair to roll out and the one to replace, with all that the roll-out uses. */
export interface RollOutInput {
  readonly options: RotationOptions
  /** Absent if it no longer exists, as is possible in a resume. */
  readonly replaced: KeyPair | undefined
  readonly keyPair: KeyPair
  readonly newKey: KeyGuard
  readonly checkpoint: CheckpointWriter
  readonly progress: Progress
  /** True if an earlier run without a given checkpoint may have changed instances. */
  readonly mayBeBegun: boolean
}

/** The instances that are rolled back, with the reasons. */
interface Rejections {
  /** The results of the roll-out. */
  readonly changed: ChangedInstances
  readonly rejected: ReadonlyMap<string, Failure>
  /** The instances that an earlier run had in progress. */
  readonly inProgress: readonly CheckpointInstance[]
}

/**
 * Attaches the replaced key pair again to instances that must not keep the new one, and restarts them. Starts instances in
 * progress of an earlier run too. The checkpoint already has them as in progress, and afterwards those that are rolled back
 * as waiting: a resume does not restart them for nothing. Puts the results into the batch.
 */
export async function rollBack(
  operation: InstanceOperation,
  input: RollOutInput,
  targets: RotationTargets,
  rejections: Rejections,
): Promise<ChangedInstances> {
  const { changed, rejected, inProgress } = rejections
  // An earlier run may have detached the new key pair already, if the cloud may refuse to replace it.
  const mayBeDetached = operation.instances.replaces === true ? [] : inProgress
  const detached = new Set(mayBeDetached.map(({ id }) => id))
  const tell: TellProgress = (step, instanceIds) => {
    if (step === 'detaching') for (const id of instanceIds) detached.add(id)
    input.progress.tell(step, instanceIds)
  }
  // The roll-out left these stopped: they are started like those of an earlier run.
  const leftStopped = changed.leftStopped.filter((id) => rejected.has(id))
  const stopped = leftStopped.flatMap((id) => input.checkpoint.entryOf(id) ?? [])
  const back = await attachReplaced(operation, input, targets, {
    ids: [...rejected.keys()],
    earlier: [...inProgress, ...stopped],
    tell,
  })
  const isBack = new Set(back?.items.filter(({ status }) => status === 'succeeded').map(({ id }) => id))
  await saveStep(operation, input, [...isBack], 'waiting')
  const items = changed.items.map((item): InstanceItem => {
    const reason = rejected.get(item.id)
    if (reason === undefined) return item
    if (item.status === 'unknown' && !isBack.has(item.id)) return item
    const isWhole = isBack.has(item.id) && !detached.has(item.id)
    const hint = !isBack.has(item.id) ? notRolledBack : isWhole ? rolledBack : `${rolledBack} ${mayAcceptBoth}`
    const about = onInstance(operation.subject, item.id)
    const outcome = isWhole ? 'none' : 'partial'
    return { id: item.id, status: 'failed', error: toError(about, { ...reason, transient: false }, { outcome, hint }) }
  })
  const left = back?.leftStopped ?? inProgress.filter(({ power }) => power === 'running').map(({ id }) => id)
  return { items, leftStopped: [...new Set([...changed.leftStopped.filter((id) => !isBack.has(id)), ...left])] }
}

/** Saves the step of instances of a roll back. If this is not saved, the roll back goes on all the same. */
export async function saveStep(
  operation: Operation,
  { checkpoint }: Pick<RollOutInput, 'checkpoint'>,
  ids: readonly string[],
  step: CheckpointInstance['step'],
): Promise<void> {
  if (ids.length === 0) return
  for (const id of ids) checkpoint.setStep(id, step)
  await runPart(operation, defaultDeadlineMs.batch, async (part) => ok(await checkpoint.save(part)))
}

interface ToRollBack {
  readonly ids: readonly string[]
  /** Those that are down, as they were before. */
  readonly earlier: readonly CheckpointInstance[]
  readonly tell: TellProgress
}

async function attachReplaced(
  operation: InstanceOperation,
  { options, keyPair, replaced }: RollOutInput,
  targets: RotationTargets,
  { ids, earlier, tell }: ToRollBack,
): Promise<ChangedInstances | undefined> {
  if (targets.replaced === undefined) return undefined
  const { provider, location } = operation.driver
  const head = { version: 1, operation: 'attach', provider, ...location, keyPair: checkpointKeyPair(keyPair) } as const
  const quiet = { ...options, check: undefined }
  const rules = attachRules(targets.replaced, operation.instances, false)
  const checkpoint = new CheckpointWriter(head, undefined)
  const restart = { target: targets.replaced, keyPair: replaced, rules, tell, options: quiet, checkpoint, earlier }
  const settings = {
    ...restartSettings(operation, restart),
    accepts: (record: InstanceRecord): Failure | undefined =>
      targets.keyPair.isBoundTo(record) === true
        ? undefined
        : refusal('conflict', 'the instance no longer has the new key pair', ''),
  }
  const done = await runPart(operation, defaultDeadlineMs.now, (part) => runWaves(part, settings, ids))
  return done.unwrapOr(undefined)
}

const rolledBack = 'The replaced key pair is attached to the instance again.'
// Of two changes before a start the cloud may carry out the last one alone.
const mayAcceptBoth = 'The new key pair was detached first: check that its guest does not accept the new key too.'
const notRolledBack = 'The replaced key pair could not be attached again: attach it, and restart the instance.'
