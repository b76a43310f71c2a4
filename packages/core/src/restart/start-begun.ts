import type { InstanceBatch } from '../contract/batch.js'
import type { InstanceParts } from './change-instances.js'
import type { KeyChange } from '../attachment/key-change.js'
import { changeNow } from './waves.js'
import { type Checkpoint, checkpointProblem, otherKeyPair } from './checkpoint-writer.js'
import type { CallFailure, KeyPairHandle } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import { Journal } from './journal.js'
import { nowSetting } from './now-setting.js'
import type { Operation } from '../engine/operation.js'
import { progressOf } from './progress.js'
import { names } from '../lookup/reference.js'
import { err, type Result } from '../result.js'
import type { ChangeOptions } from '../contract/change-options.js'

/**
 * Starts what an earlier run left stopped although its key pair cannot be had now, for which every item has failed. Where
 * that run began with nothing, there is nothing to do.
 */
export async function startBegun(
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
  if (resume?.instances.some(({ step }) => step === 'begun') !== true) return err(operation.error(failure, known))
  const { provider, place } = parts.driver
  const { keyPair } = resume
  const head = { version: 1, operation: call, provider, ...place, keyPair } as const
  const problem = checkpointProblem(resume, head, ids) ?? otherName(resume, handle)
  if (problem !== undefined) return err(operation.error(problem, known))
  const target = { handle, isBound: () => false, mayDangle: false }
  const rules: KeyChange = {
    call,
    settled: () => ({ kind: 'failed', failure }),
    isSeen: () => false,
    refused: (refusal) => refusal,
    replaced: () => undefined,
  }
  const journal = new Journal(head, options.onCheckpoint)
  const { expect, tell } = progressOf(operation, options.onProgress)
  expect(ids)
  const setting = nowSetting(parts, target, rules, tell, options, journal, resume.instances)
  return changeNow(operation, setting, ids)
}

function otherName({ keyPair }: Checkpoint, handle: KeyPairHandle): CallFailure | undefined {
  if (names(handle, keyPair)) return undefined
  return otherKeyPair(keyPair, { name: handle.by === 'name' ? handle.name : handle.id })
}
