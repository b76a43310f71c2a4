import { notListed } from '../attachment/key-change.js'
import type { InstanceItem } from '../contract/batch.js'
import { type CheckpointInstance, mayBeStopped } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { InstanceOperation } from '../engine/operation.js'
import { type Failure, refusal } from '../errors/failures.js'
import { showSameKeyPairs } from '../lookup/instance-record.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import { boundBefore, shownBefore } from './checkpoint-writer.js'
import { changedByOthers } from './next-step.js'
import { itemFromCheckpoint, refusedItem } from './restart-items.js'
import type { RestartSettings } from './restart-settings.js'

/** The instances that are still to be changed. */
export interface WaveQueue {
  /** Instances in progress of an earlier run: all at once, as they may be down. */
  readonly inProgress: string[]
  readonly running: string[]
  /** Stopped instances come last, all together, and stay stopped. */
  readonly stopped: string[]
}

/**
 * Sorts the instances that were read: those that an earlier run finished, or that cannot be changed, get their item in
 * `items`. All others are queued, also those that have the key pair already, as they may need the restart.
 */
export async function queueWaves(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
  items: Map<string, InstanceItem>,
): Promise<WaveQueue> {
  const { goal, rules, resume, checkpoint } = settings
  const queue: WaveQueue = { inProgress: [], running: [], stopped: [] }
  await mapInSlices(ids, (id) => {
    const record = records.get(id)
    const before = resume.get(id)
    if (before?.step === 'done' && (record === undefined || goal.isReached(record))) {
      checkpoint.record(before)
      items.set(id, itemFromCheckpoint(before, record?.power, goal, rules))
    } else if (record === undefined) {
      if (before !== undefined) checkpoint.record(before)
      items.set(id, refusedItem(operation, id, notListed.failure))
    } else if (before?.step === 'in-progress') {
      checkpoint.record(before)
      queue.inProgress.push(id)
    } else {
      const taken = before?.step === 'done' ? takenMeanwhile(record, before, settings) : undefined
      const problem = refusalOf(record, settings) ?? taken
      const power = record.power === 'running' ? 'running' : 'stopped'
      if (problem === undefined) {
        checkpoint.record({ id, power, ...boundBefore(record), step: 'waiting' })
        queue[power].push(id)
      } else {
        // A later resume must not take it for an instance that was not changed yet.
        if (before?.step === 'done') checkpoint.record(before)
        items.set(id, refusedItem(operation, id, problem))
      }
    }
  })
  return queue
}

// A worked example: i-1 to i-5 run and i-6 is stopped, two instances may be down at once, and the cloud does not start i-2
// again. From then on i-2 counts as down, and one instance goes at a time. Stopped instances come last, all together.
//
//   wave  instances  down after it
//   1     i-1 i-2    i-2
//   2     i-3        i-2
//   3     i-4        i-2
//   4     i-5        i-2
//   5     i-6        i-2

/** Returns the next wave. Empty if all are done, or no more may be down. */
export function nextWave(
  { inProgress, running, stopped }: WaveQueue,
  maxUnavailable: number,
  down: number,
): readonly string[] {
  if (inProgress.length > 0) return inProgress.splice(0)
  const room = Math.max(0, maxUnavailable - down)
  return running.length > 0 ? running.splice(0, room) : stopped.splice(0)
}

/** Returns the failure of an instance of an earlier run whose key pair somebody else has changed since that run. */
export function takenMeanwhile(
  record: InstanceRecord,
  earlier: CheckpointInstance,
  { goal, whyUnfit }: RestartSettings,
): Failure | undefined {
  if (record.keyPair === undefined || goal.isReached(record)) return undefined
  if (showSameKeyPairs(record, shownBefore(earlier))) return undefined
  return whyUnfit === undefined ? changedByOthers(record) : whyUnfit(record)
}

/** Returns the failure of an instance that cannot be changed as it was read. */
export function refusalOf(record: InstanceRecord, { rules, whyUnfit }: RestartSettings): Failure | undefined {
  const problem = whyUnfit?.(record)
  if (problem !== undefined) return problem
  const end = rules.resultWithoutCall(record)
  if (end?.kind === 'failed') return end.failure
  if (record.power === 'running' || record.power === 'stopped') return undefined
  return refusal(
    'instance-state',
    `the instance is ${record.power}`,
    'Try again when the instance is running or stopped.',
  )
}

/** Returns the instances that an earlier run may have left stopped. */
export function leftStoppedBefore({ resume }: RestartSettings, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => {
    const before = resume.get(id)
    return before !== undefined && mayBeStopped(before)
  })
}
