import { attachRules } from '../attachment/attach-rules.js'
import type { ChangedInstances } from '../attachment/key-change.js'
import type { InstanceItem } from '../contract/batch.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { type Failure, refusal } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runPart } from '../engine/operation.js'
import { toError, onInstance } from '../errors/to-error.js'
import { confirmName } from '../lookup/confirm-key-pair.js'
import { ok } from '../result.js'
import { CheckpointWriter, checkpointKeyPair } from '../restart/checkpoint-writer.js'
import type { TellProgress } from '../restart/progress.js'
import { restartSettings } from '../restart/restart-settings.js'
import { runWaves } from '../restart/waves.js'
import type { RollOutInput, RotationTargets } from './recognise-key-pairs.js'

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
  const tell: TellProgress = (step, instanceIds, waitMs) => {
    if (step === 'detaching') for (const id of instanceIds) detached.add(id)
    input.progress.tell(step, instanceIds, waitMs)
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
  if (targets.replaced === undefined || replaced === undefined) return undefined
  const { provider, location } = operation.driver
  // Never saved: the checkpoint of the rotation has these instances as in progress already.
  const head = { version: 1, operation: 'attach', provider, ...location, keyPair: checkpointKeyPair(keyPair) } as const
  // Unlike the roll-out: no check, no first instance alone, and no deadline of a wave.
  const settings = restartSettings(operation, {
    target: targets.replaced,
    rules: attachRules(targets.replaced, operation.instances, false),
    options: { ...options, check: undefined },
    checkpoint: new CheckpointWriter(head, undefined),
    earlier,
    tell,
    whyUnfit: (record) =>
      targets.keyPair.isBoundTo(record) === true
        ? undefined
        : refusal('conflict', 'the instance no longer has the new key pair', ''),
    confirmKey: (part) => confirmName(part, replaced),
  })
  const done = await runPart(operation, defaultDeadlineMs.now, (part) => runWaves(part, settings, ids))
  return done.unwrapOr(undefined)
}

const rolledBack = 'The replaced key pair is attached to the instance again.'
// Of two changes before a start the cloud may carry out the last one alone.
const mayAcceptBoth = 'The new key pair was detached first: check that its guest does not accept the new key too.'
const notRolledBack = 'The replaced key pair could not be attached again: attach it, and restart the instance.'
