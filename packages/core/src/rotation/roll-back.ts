import { attachRules } from '../attachment/attach-rules.js'
import type { InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { CallFailure, InstanceRecord } from '../contract/key-pair-driver.js'
import { toBatch } from '../engine/batch-result.js'
import { defaultDeadlineMs } from '../engine/deadlines.js'
import { conflict } from '../engine/failures.js'
import { type Operation, runPart } from '../engine/operation.js'
import { toError, onInstance } from '../engine/to-error.js'
import { CheckpointWriter, checkpointKeyPair } from '../restart/checkpoint-writer.js'
import { runWaves, restartSettings } from '../restart/waves.js'
import type { RotationTargets } from './recognise-key-pairs.js'
import type { RollOutInput } from './roll-out-input.js'

/** The reasons for a roll back of instances. */
export type Rejections = ReadonlyMap<
  string,
  { readonly code: 'aborted' | 'timeout' | 'conflict'; readonly message: string }
>

/**
 * Attaches the replaced key pair again to instances that must not keep the new one, and restarts them. Starts instances in
 * progress of an earlier run too. The checkpoint already has them as in progress. Puts the results into the
 * batch.
 */
export async function rollBack(
  operation: Operation,
  input: RollOutInput,
  targets: RotationTargets,
  batch: InstanceBatch,
  rejected: Rejections,
  inProgress: readonly CheckpointInstance[] = [],
): Promise<InstanceBatch> {
  const ids = [...rejected.keys()]
  const back = await attachReplaced(operation, input, targets, ids, inProgress)
  const isBack = new Set(back?.succeeded.map(({ id }) => id))
  const items = batch.items.map((item): InstanceItem => {
    const reason = rejected.get(item.id)
    if (reason === undefined) return item
    if (item.status === 'unknown' && !isBack.has(item.id)) return item
    const hint = isBack.has(item.id) ? 'The replaced key pair is attached to the instance again.' : notRolledBack
    const about = onInstance(operation.subject, item.id)
    const outcome = isBack.has(item.id) ? 'none' : 'partial'
    return { id: item.id, status: 'failed', error: toError(about, { ...reason, transient: false }, { outcome, hint }) }
  })
  const left = back?.leftStopped ?? inProgress.filter(({ power }) => power === 'running').map(({ id }) => id)
  return toBatch(items, { leftStopped: [...new Set([...batch.leftStopped.filter((id) => !isBack.has(id)), ...left])] })
}

async function attachReplaced(
  operation: Operation,
  { parts, options, keyPair, progress, replaced }: RollOutInput,
  targets: RotationTargets,
  ids: readonly string[],
  inProgress: readonly CheckpointInstance[],
): Promise<InstanceBatch | undefined> {
  if (targets.replaced === undefined) return undefined
  const { provider, location } = parts.driver
  const head = { version: 1, operation: 'attach', provider, ...location, keyPair: checkpointKeyPair(keyPair) } as const
  const quiet = { ...options, check: undefined }
  const rules = attachRules(targets.replaced, parts.instances, false)
  const unwritten = new CheckpointWriter(head, undefined)
  const settings = {
    ...restartSettings(parts, targets.replaced, replaced, rules, progress.tell, quiet, unwritten, inProgress),
    accepts: (record: InstanceRecord): CallFailure | undefined =>
      targets.keyPair.isBoundTo(record) === true
        ? undefined
        : conflict('the instance no longer has the new key pair', ''),
  }
  const done = await runPart(operation, defaultDeadlineMs.now, (part) => runWaves(part, settings, ids))
  return done.match(
    (batch) => batch,
    (error) => (error.code === 'incomplete' ? error.details.batch : undefined),
  )
}

const notRolledBack = 'The replaced key pair could not be attached again: attach it, and restart the instance.'
