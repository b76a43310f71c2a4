import { type ItemResult, sendInBatches } from '../engine/batch-call.js'
import { type Failure, endedFailure } from '../errors/failures.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import type { InstanceOperation } from '../engine/operation.js'
import { err, ok, type Result } from '../result.js'
import {
  type ChangedInstances,
  type ChangeRules,
  keyChangeCall,
  keyChangeItem,
  notListed,
  refusedByPowerState,
} from './key-change.js'
import { readToRecognise, type TargetKeyPair } from './target-key-pair.js'

export async function changeWithoutRestart(
  operation: InstanceOperation,
  target: TargetKeyPair,
  rules: ChangeRules,
  ids: readonly string[],
): Promise<Result<ChangedInstances, Failure>> {
  const release = await operation.locks.acquire(ids, operation.signal)
  if (release === undefined) return err(endedFailure(operation.ended() ?? 'aborted', 'none'))
  try {
    return await changeLocked(operation, target, rules, ids)
  } finally {
    release()
  }
}

/**
 * Reads the instances, finishes those that need no call, changes the others, and returns one item for each given id. An
 * instance that the cloud does not list is not changed: otherwise its key pair could be replaced and the item could not
 * name it.
 */
async function changeLocked(
  operation: InstanceOperation,
  target: TargetKeyPair,
  rules: ChangeRules,
  ids: readonly string[],
): Promise<Result<ChangedInstances, Failure>> {
  const { instances } = operation
  const distinct = [...new Set(ids)]
  operation.expectCalls(Math.ceil(distinct.length / instances.read.items))
  const first = await readToRecognise(operation, target, distinct)
  if (first.isErr()) return err(first.error)

  const before = new Map(first.value)
  const ends = new Map<string, ItemResult>()
  for (const id of distinct) {
    const record = before.get(id)
    const end =
      record === undefined ? notListed : (rules.resultWithoutCall(record) ?? refusedByPowerState(record, instances))
    if (end !== undefined) ends.set(id, end)
  }
  const pending = distinct.filter((id) => !ends.has(id))
  const change = keyChangeCall(operation, target, before, rules)
  const sent = await sendInBatches(operation, pending, change)
  const items = await mapInSlices(ids, (id) =>
    keyChangeItem(operation, rules, id, ends.get(id) ?? sent.of(id), before.get(id)),
  )
  return ok({ items, leftStopped: [] })
}
