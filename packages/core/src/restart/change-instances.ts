import type { InstanceBatch } from '../contract/batch.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import { changeKeys, type KeyChange } from '../attachment/key-change.js'
import { changeNow } from './waves.js'
import { mustBe } from '../engine/type-checks.js'
import { checkpointProblem, keyPairRecord, mustBeCheckpoint } from './checkpoint-writer.js'
import type { KeyPairDriver, KeyPairHandle } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { InstanceLocks } from '../engine/instance-locks.js'
import { Journal } from './journal.js'
import type { KeyPair } from '../contract/key-pair.js'
import { type Operation, stopFailure } from '../engine/operation.js'
import { nowSetting } from './now-setting.js'
import { progressOf } from './progress.js'
import { lookUp } from '../lookup/reference.js'
import { err, type Result } from '../result.js'
import { mustBeDuration } from '../engine/start-operation.js'
import { startBegun } from './start-begun.js'
import type { ChangeOptions } from '../contract/change-options.js'
import { type Target, targetOf } from '../attachment/target-key-pair.js'

/** What a service works with. */
export interface ServiceParts {
  readonly driver: KeyPairDriver
  readonly locks: InstanceLocks
}

/** What instances are changed with. */
export interface InstanceParts extends ServiceParts {
  readonly instances: InstanceCapabilities
}

type Changed = Result<InstanceBatch, KeyPairError<InstanceBatch>>

export function mustBeChangeOptions(options: ChangeOptions): void {
  const { takeEffect, maxUnavailable, repairDeadlineMs, check, onProgress, onCheckpoint, resume } = options
  const known = takeEffect === undefined || takeEffect === 'now' || takeEffect === 'next-restart'
  mustBe(known, "takeEffect must be 'now' or 'next-restart'")
  const isCount = maxUnavailable === undefined || (Number.isInteger(maxUnavailable) && maxUnavailable > 0)
  mustBe(isCount, 'maxUnavailable must be a whole number above 0')
  mustBeDuration(repairDeadlineMs, 'repairDeadlineMs')
  mustBe(check === undefined || typeof check === 'function', 'check must be a function')
  mustBe(onProgress === undefined || typeof onProgress === 'function', 'onProgress must be a function')
  mustBe(onCheckpoint === undefined || typeof onCheckpoint === 'function', 'onCheckpoint must be a function')
  mustBeCheckpoint(resume)
}

/** Resolves the key pair, and changes the instances, each under its lock. */
export async function changeInstances(
  operation: Operation,
  parts: InstanceParts,
  call: KeyChange['call'],
  handle: KeyPairHandle,
  ids: readonly string[],
  options: ChangeOptions,
  rulesOf: (target: Target, instances: InstanceCapabilities) => KeyChange,
): Promise<Changed> {
  const { driver, instances } = parts
  if (options.takeEffect !== 'now') {
    const target = await targetOf(operation, driver, instances, handle)
    return target.isErr()
      ? err(operation.error(target.error, { outcome: 'none' }))
      : changeLocked(operation, parts, target.value, rulesOf(target.value, instances), ids)
  }
  // Nothing is stopped for a key pair that is not there.
  const found = await lookUp(operation, driver, handle)
  if (found.isErr()) return startBegun(operation, parts, call, handle, found.error, ids, options)
  const target = await targetOf(operation, driver, instances, handle, found.value)
  if (target.isErr()) return startBegun(operation, parts, call, handle, target.error, ids, options)
  const rules = rulesOf(target.value, instances)
  return restartWith(operation, parts, target.value, found.value, rules, ids, options)
}

async function changeLocked(
  operation: Operation,
  { driver, instances, locks }: InstanceParts,
  target: Target,
  rules: KeyChange,
  ids: readonly string[],
): Promise<Changed> {
  const release = await locks.acquire(ids, operation.signal)
  if (release === undefined) {
    return err(operation.error(stopFailure(operation.stopped() ?? 'aborted', 'none'), { outcome: 'none' }))
  }
  try {
    return await changeKeys(operation, driver, instances, target, ids, rules)
  } finally {
    release()
  }
}

async function restartWith(
  operation: Operation,
  parts: InstanceParts,
  target: Target,
  keyPair: KeyPair,
  rules: KeyChange,
  ids: readonly string[],
  options: ChangeOptions,
): Promise<Changed> {
  const { provider, place } = parts.driver
  const head = { version: 1, operation: rules.call, provider, ...place, keyPair: keyPairRecord(keyPair) } as const
  const problem = options.resume && checkpointProblem(options.resume, head, ids)
  if (problem !== undefined) return err(operation.error(problem, { outcome: 'none' }))
  const journal = new Journal(head, options.onCheckpoint)
  const earlier = options.resume?.instances ?? []
  const { expect, tell } = progressOf(operation, options.onProgress)
  expect(ids)
  return changeNow(operation, nowSetting(parts, target, rules, tell, options, journal, earlier), ids)
}
