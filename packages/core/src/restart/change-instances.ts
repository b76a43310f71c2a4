import { type Changed, changeWithoutRestart } from '../attachment/change-without-restart.js'
import type { KeyChange } from '../attachment/key-change.js'
import { type TargetKeyPair, recogniseTarget, resolveTarget } from '../attachment/target-key-pair.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { Checkpoint, CheckpointKeyPair } from '../contract/checkpoint.js'
import type { KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Failure } from '../errors/failures.js'
import type { InstanceOperation } from '../engine/operation.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { isNamedBy } from '../lookup/reference.js'
import { err, ok } from '../result.js'
import { type CheckpointHead, checkpointProblem, differentKeyPair, hasInProgress } from './checkpoint-fit.js'
import { CheckpointWriter, checkpointKeyPair } from './checkpoint-writer.js'
import { progressOf } from './progress.js'
import { runWaves, restartSettings } from './waves.js'

/** A change of instances, its input checked. */
export interface InstanceChange {
  readonly call: KeyChange['call']
  readonly handle: KeyPairHandle
  readonly ids: readonly string[]
  readonly options: ChangeOptions
  rulesOf(target: TargetKeyPair, instances: InstanceCapabilities): KeyChange
}

/** Resolves the key pair and changes the instances, each under its lock. */
export async function changeInstances(operation: InstanceOperation, change: InstanceChange): Promise<Changed> {
  const { handle, ids, options, rulesOf } = change
  // Nothing is stopped or changed for a key pair that does not exist.
  const found = await findKeyPair(operation, handle)
  if (found.isErr()) return resumeWithoutKeyPair(operation, change, found.error)
  if (options.takeEffect !== 'now') {
    const target = recogniseTarget(operation, handle, found.value)
    return changeWithoutRestart(operation, target, rulesOf(target, operation.instances), ids)
  }
  const target = await resolveTarget(operation, handle, found.value)
  if (target.isErr()) return resumeWithoutKeyPair(operation, change, target.error)
  return restartWith(operation, change, target.value, found.value)
}

async function restartWith(
  operation: InstanceOperation,
  { call, ids, options, rulesOf }: InstanceChange,
  target: TargetKeyPair,
  keyPair: KeyPair,
): Promise<Changed> {
  const head = changeHead(operation, call, checkpointKeyPair(keyPair))
  const problem = options.resume && checkpointProblem(options.resume, head, ids)
  if (problem !== undefined) return err(problem)
  const rules = rulesOf(target, operation.instances)
  const checkpoint = new CheckpointWriter(head, options.onCheckpoint)
  const earlier = options.resume?.instances ?? []
  const { expect, tell } = progressOf(operation, options.onProgress)
  expect(ids)
  const settings = restartSettings(operation, { target, keyPair, rules, tell, options, checkpoint, earlier })
  return runWaves(operation, settings, ids)
}

/**
 * Resumes a checkpoint whose key pair is gone: starts the instances that the earlier run stopped; every item fails. If
 * that run had nothing in progress, nothing is done.
 */
async function resumeWithoutKeyPair(
  operation: InstanceOperation,
  { call, handle, ids, options }: InstanceChange,
  failure: Failure,
): Promise<Changed> {
  const { resume } = options
  if (!hasInProgress(resume)) return err(failure)
  const head = changeHead(operation, call, resume.keyPair)
  const problem = checkpointProblem(resume, head, ids) ?? otherName(resume, handle)
  if (problem !== undefined) return err(problem)
  const target: TargetKeyPair = {
    handle,
    isBoundTo: () => false,
    othersOn: () => [],
    clarify: async () => ok(null),
    nameMayBeStale: false,
  }
  const rules: KeyChange = {
    call,
    resultWithoutCall: () => ({ kind: 'failed', failure }),
    isDone: () => false,
    explainRefusal: (refusal) => refusal,
    replacedBy: () => ({}),
  }
  const checkpoint = new CheckpointWriter(head, options.onCheckpoint)
  const { expect, tell } = progressOf(operation, options.onProgress)
  expect(ids)
  const earlier = resume.instances
  const settings = restartSettings(operation, { target, rules, tell, options, checkpoint, earlier })
  return runWaves(operation, settings, ids)
}

function changeHead(
  { driver }: InstanceOperation,
  call: KeyChange['call'],
  keyPair: CheckpointKeyPair,
): CheckpointHead {
  const { provider, location } = driver
  return { version: 1, operation: call, provider, ...location, keyPair }
}

function otherName({ keyPair }: Checkpoint, handle: KeyPairHandle): Failure | undefined {
  if (isNamedBy(handle, keyPair)) return undefined
  return differentKeyPair(keyPair, { name: handle.by === 'name' ? handle.name : handle.id })
}
