import { type Changed, changeWithoutRestart } from '../attachment/change-without-restart.js'
import type { KeyChange } from '../attachment/key-change.js'
import { type TargetKeyPair, recogniseTarget, resolveTarget } from '../attachment/target-key-pair.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { Checkpoint } from '../contract/checkpoint.js'
import type { CallFailure, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import type { InstanceParts } from '../engine/prepared-operation.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { isNamedBy } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { checkpointProblem, differentKeyPair, hasInProgress } from './checkpoint-fit.js'
import { CheckpointWriter, checkpointKeyPair } from './checkpoint-writer.js'
import { progressOf } from './progress.js'
import { runWaves, restartSettings } from './waves.js'

/** Resolves the key pair and changes the instances, each under its lock. */
export async function changeInstances(
  operation: Operation,
  parts: InstanceParts,
  call: KeyChange['call'],
  handle: KeyPairHandle,
  ids: readonly string[],
  options: ChangeOptions,
  rulesOf: (target: TargetKeyPair, instances: InstanceCapabilities) => KeyChange,
): Promise<Changed> {
  const { driver, instances } = parts
  // Nothing is stopped or changed for a key pair that does not exist.
  const found = await findKeyPair(operation, handle)
  if (found.isErr()) return resumeWithoutKeyPair(operation, parts, call, handle, found.error, ids, options)
  if (options.takeEffect !== 'now') {
    const target = recogniseTarget(driver, instances, handle, found.value)
    return changeWithoutRestart(operation, parts, target, rulesOf(target, instances), ids)
  }
  const target = await resolveTarget(operation, instances, handle, found.value)
  if (target.isErr()) return resumeWithoutKeyPair(operation, parts, call, handle, target.error, ids, options)
  return restartWith(operation, parts, target.value, found.value, rulesOf(target.value, instances), ids, options)
}

async function restartWith(
  operation: Operation,
  parts: InstanceParts,
  target: TargetKeyPair,
  keyPair: KeyPair,
  rules: KeyChange,
  ids: readonly string[],
  options: ChangeOptions,
): Promise<Changed> {
  const { provider, location } = parts.driver
  const head = {
    version: 1,
    operation: rules.call,
    provider,
    ...location,
    keyPair: checkpointKeyPair(keyPair),
  } as const
  const problem = options.resume && checkpointProblem(options.resume, head, ids)
  if (problem !== undefined) return err(operation.error(problem, { outcome: 'none' }))
  const checkpoint = new CheckpointWriter(head, options.onCheckpoint)
  const earlier = options.resume?.instances ?? []
  const { expect, tell } = progressOf(operation, options.onProgress)
  expect(ids)
  return runWaves(operation, restartSettings(parts, target, keyPair, rules, tell, options, checkpoint, earlier), ids)
}

/**
 * Resumes a checkpoint whose key pair is gone: starts the instances that the earlier run stopped; every item fails. If
 * that run had nothing in progress, nothing is done.
 */
async function resumeWithoutKeyPair(
  operation: Operation,
  parts: InstanceParts,
  call: KeyChange['call'],
  handle: KeyPairHandle,
  failure: CallFailure,
  ids: readonly string[],
  options: ChangeOptions,
): Promise<Result<InstanceBatch, KeyPairError<InstanceBatch>>> {
  const { resume } = options
  const known = { outcome: 'none' } as const
  if (!hasInProgress(resume)) return err(operation.error(failure, known))
  const { provider, location } = parts.driver
  const { keyPair } = resume
  const head = { version: 1, operation: call, provider, ...location, keyPair } as const
  const problem = checkpointProblem(resume, head, ids) ?? otherName(resume, handle)
  if (problem !== undefined) return err(operation.error(problem, known))
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
  const settings = restartSettings(parts, target, undefined, rules, tell, options, checkpoint, resume.instances)
  return runWaves(operation, settings, ids)
}

function otherName({ keyPair }: Checkpoint, handle: KeyPairHandle): CallFailure | undefined {
  if (isNamedBy(handle, keyPair)) return undefined
  return differentKeyPair(keyPair, { name: handle.by === 'name' ? handle.name : handle.id })
}
