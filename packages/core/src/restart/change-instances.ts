import { changeWithoutRestart } from '../attachment/change-without-restart.js'
import { type ChangedInstances, type ChangeRules, hintFor } from '../attachment/key-change.js'
import { type TargetKeyPair, recogniseTarget, resolveTarget } from '../attachment/target-key-pair.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { ChangeOptions } from '../contract/change-options.js'
import { type Checkpoint, type CheckpointKeyPair, hasInProgress } from '../contract/checkpoint.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { toBatch, toResult } from '../engine/batch-result.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import type { Failure } from '../errors/failures.js'
import { confirmName } from '../lookup/confirm-key-pair.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { isNamedBy } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { type CheckpointHead, checkpointProblem, differentKeyPair } from './checkpoint-fit.js'
import { CheckpointWriter, checkpointKeyPair } from './checkpoint-writer.js'
import { progressOf } from './progress.js'
import { restartSettings } from './restart-settings.js'
import { runWaves } from './waves.js'

/** A change of instances, its input checked. */
export interface InstanceChange {
  readonly call: ChangeRules['call']
  readonly handle: KeyPairHandle
  readonly ids: readonly string[]
  readonly options: ChangeOptions
  rulesOf(target: TargetKeyPair, instances: InstanceCapabilities): ChangeRules
}

/** Finds the key pair and changes the instances, each under its lock. `Ok` if every item succeeded. */
export async function changeInstances(
  operation: InstanceOperation,
  change: InstanceChange,
): Promise<Result<InstanceBatch, Failure | KeyPairError<InstanceBatch>>> {
  const found = await findTarget(operation, change)
  if (found.isErr()) return err(found.error)
  const { target, rules } = found.value
  const changed =
    change.options.takeEffect === 'now'
      ? await changeAndRestart(operation, change, found.value)
      : await changeWithoutRestart(operation, target, rules, change.ids)
  return changed.andThen(({ items, leftStopped }) =>
    toResult(operation.subject, toBatch(items, { leftStopped, ...hintFor(items, rules) })),
  )
}

/** The key pair of a change, and the rules. */
interface ChangeTarget {
  readonly target: TargetKeyPair
  readonly rules: ChangeRules
  /** The key pair as checkpoints have it. */
  readonly recorded: CheckpointKeyPair
  /** Absent if the key pair no longer exists, as is possible in a resume. */
  readonly keyPair?: KeyPair
}

/** Finds the key pair: nothing is stopped or changed for one that does not exist. */
async function findTarget(
  operation: InstanceOperation,
  change: InstanceChange,
): Promise<Result<ChangeTarget, Failure>> {
  const { handle, options, rulesOf } = change
  const found = await findKeyPair(operation, handle)
  if (found.isErr()) return withoutKeyPair(operation, change, found.error)
  const keyPair = found.value
  const target =
    options.takeEffect === 'now'
      ? await resolveTarget(operation, handle, keyPair)
      : ok(recogniseTarget(operation, handle, keyPair))
  if (target.isErr()) return withoutKeyPair(operation, change, target.error)
  const rules = rulesOf(target.value, operation.instances)
  return ok({ target: target.value, rules, recorded: checkpointKeyPair(keyPair), keyPair })
}

/**
 * Returns the rules to resume a checkpoint whose key pair is gone: the instances that the earlier run stopped are started,
 * and every item fails. Returns the failure if that run had nothing in progress, or if the driver has no address.
 */
function withoutKeyPair(
  operation: InstanceOperation,
  { handle, options: { resume }, rulesOf }: InstanceChange,
  failure: Failure,
): Result<ChangeTarget, Failure> {
  if (resume === undefined || !hasInProgress(resume)) return err(failure)
  // Without an address nothing can be sent, and the failure says why there is none.
  if (operation.driver.location.endpoint === '' && resume.endpoint !== '') return err(failure)
  // The record of an instance may still show the name of the key pair.
  const target: TargetKeyPair = { ...recogniseTarget(operation, handle, resume.keyPair), isBoundTo: () => false }
  const rules: ChangeRules = {
    ...rulesOf(target, operation.instances),
    resultWithoutCall: () => ({ kind: 'failed', failure }),
  }
  return ok({ target, rules, recorded: resume.keyPair })
}

async function changeAndRestart(
  operation: InstanceOperation,
  { call, handle, ids, options }: InstanceChange,
  { target, rules, recorded, keyPair }: ChangeTarget,
): Promise<Result<ChangedInstances, Failure | KeyPairError<never>>> {
  const { resume } = options
  const { provider, location } = operation.driver
  const head: CheckpointHead = { version: 1, operation: call, provider, ...location, keyPair: recorded }
  const problem =
    resume && (checkpointProblem(resume, head, ids) ?? (keyPair === undefined ? otherName(resume, handle) : undefined))
  if (problem !== undefined) return err(problem)
  const checkpoint = new CheckpointWriter(head, options.onCheckpoint)
  const { expect, tell } = progressOf(operation, options.onProgress)
  expect(ids)
  const earlier = resume?.instances ?? []
  const confirmKey = async (part: Operation) => (keyPair === undefined ? ok(null) : confirmName(part, keyPair))
  const settings = restartSettings(operation, { target, rules, tell, options, checkpoint, earlier, confirmKey })
  return runWaves(operation, settings, ids)
}

/** Returns the failure of a checkpoint of another key pair than the handle names. */
function otherName({ keyPair }: Checkpoint, handle: KeyPairHandle): Failure | undefined {
  if (isNamedBy(handle, keyPair)) return undefined
  return differentKeyPair(keyPair, { name: handle.by === 'name' ? handle.name : handle.id })
}
