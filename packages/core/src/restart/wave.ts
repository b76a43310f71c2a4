import { notListed } from '../attachment/key-change.js'
import type { InstanceItem } from '../contract/batch.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import { type Failure, endedFailure, noOutcome } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runOperation } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'
import { ok } from '../result.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import { findBlocking } from './blocking-key-pair.js'
import { type CheckedInstances, reasonToEnd, runChecks } from './caller-check.js'
import { boundBefore, shownBefore } from './checkpoint-writer.js'
import {
  setAllUnanswered,
  newState,
  type InstanceStates,
  setFailure,
  needsRepair,
  recordBefore,
  resumedState,
} from './instance-state.js'
import { isLeftStopped, lostItem, restartItem, refusedItem } from './restart-items.js'
import { repair, runSteps } from './run-steps.js'
import type { RestartSettings } from './restart-settings.js'
import { leftStoppedBefore, refusalOf, takenMeanwhile } from './wave-queue.js'

/** The result of a wave. */
export interface WaveResult extends CheckedInstances {
  /** The reason that no further wave may start. */
  readonly stopReason?: Failure
}

/** Changes one wave of instances under their locks, repairs failures, and runs the caller's check on restarted instances. */
export async function runWave(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
): Promise<WaveResult> {
  const release = await operation.locks.acquire(ids, operation.signal)
  if (release === undefined)
    return unchangedItems(operation, settings, ids, endedFailure(operation.ended() ?? 'aborted', 'none'))
  try {
    const read = await operation.context.life.finishBeforeClose(() => readInstances(operation, ids))
    if (read.isErr()) return unchangedItems(operation, settings, ids, read.error)
    return await changeOrLose(operation, settings, ids, read.value)
  } finally {
    release()
  }
}

/** Changes instances. After a defect their outcomes are unknown, and those that may be stopped are listed. */
async function changeOrLose(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
): Promise<WaveResult> {
  const states: InstanceStates = new Map()
  try {
    return await changeWave(operation, settings, ids, records, states)
  } catch {
    return lostItems(operation, settings, ids, states)
  }
}

async function changeWave(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
  states: InstanceStates,
): Promise<WaveResult> {
  const { goal, rules, checkpoint } = settings
  const { items, unwritten, wasRepaired } = await operation.context.life.finishBeforeClose(async () => {
    const refused = await setInitialStates(operation, settings, ids, records, states)
    const problem = await saveAsInProgress(operation, settings, states)
    const needed = await runAndRepair(operation, settings, states)
    return { items: refused, unwritten: problem, wasRepaired: needed }
  })
  // The service closes without the rest: a check of the caller may wait for the end of the service.
  await mapInSlices([...states], ([id, state]) => items.set(id, restartItem(operation.subject, state, goal, rules)))
  const rejected = await runChecks(operation, settings, states, items)
  await recordResults(settings, states, items)
  const halt = unwritten ?? reasonToEnd(rejected)
  // After a halt only results are saved: a resume must not restart instances that succeeded.
  const mustSave = unwritten === undefined && (halt === undefined || checkpoint.isBehind())
  const unsaved = mustSave ? await saveResults(operation, settings, wasRepaired) : undefined
  const stopReason = halt ?? unsaved
  const unlisted = ids.filter((id) => !records.has(id))
  const leftStopped = [
    ...[...states.values()].filter(isLeftStopped).map(({ id }) => id),
    ...leftStoppedBefore(settings, unlisted),
  ]
  return { items: [...items.values()], leftStopped, rejected, ...(stopReason && { stopReason }) }
}

/** Sets the states of the instances that can be changed. Returns the items of the others. */
async function setInitialStates(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
  states: InstanceStates,
): Promise<Map<string, InstanceItem>> {
  const { instances } = operation
  const { rules, resume } = settings
  const items = new Map<string, InstanceItem>()
  const before = (id: string): CheckpointInstance | undefined =>
    resume.get(id)?.step === 'in-progress' ? resume.get(id) : undefined
  const asBefore = [...records.values()].map((record) => withKeyPair(record, before(record.id)))
  const blocking = await findBlocking(operation, settings, asBefore)
  await mapInSlices(ids, (id) => {
    const record = records.get(id)
    const earlier = before(id)
    const { handle, problem } = blocking.get(id) ?? {}
    if (record === undefined) items.set(id, refusedItem(operation, id, notListed.failure))
    else if (earlier !== undefined) {
      states.set(id, resumedState(record, earlier, handle, instances, operation.context.clock.now()))
      const end = rules.resultWithoutCall(record)
      const reason = end?.kind === 'failed' ? end.failure : (problem ?? takenMeanwhile(record, earlier, settings))
      if (reason !== undefined) setFailure(states, id, reason)
    } else {
      const reason = refusalOf(record, settings) ?? problem
      if (reason !== undefined) items.set(id, refusedItem(operation, id, reason))
      else states.set(id, newState(record, record.power === 'running' ? 'running' : 'stopped', handle, instances))
    }
  })
  return items
}

function withKeyPair(record: InstanceRecord, before: CheckpointInstance | undefined): InstanceRecord {
  if (before === undefined) return record
  const { id, power } = record
  return { id, power, ...shownBefore(before) }
}

/**
 * Saves the checkpoint before anything is changed. If it is not saved, each state has that failure: no step follows but the
 * start of what an earlier run left stopped.
 */
async function saveAsInProgress(
  operation: Operation,
  { checkpoint }: RestartSettings,
  states: InstanceStates,
): Promise<Failure | undefined> {
  if (states.size === 0) return undefined
  await mapInSlices([...states.values()], (state) => {
    const { id, powerBefore: power } = state
    checkpoint.record({ id, power, ...boundBefore(recordBefore(state)), step: 'in-progress' })
  })
  const problem = await checkpoint.save(operation)
  if (problem !== undefined) for (const id of states.keys()) setFailure(states, id, problem)
  return problem
}

/** Runs the steps, then repairs. Returns true if an instance needed repair. */
async function runAndRepair(
  operation: InstanceOperation,
  settings: RestartSettings,
  states: InstanceStates,
): Promise<boolean> {
  try {
    await runSteps(operation, settings, states)
  } catch {
    setAllUnanswered(states, operation.context.clock.now())
  }
  const toRepair: InstanceStates = new Map([...states].filter(([, state]) => needsRepair(state)))
  if (toRepair.size === 0) return false
  await repairing(operation, settings, (own) => repair(own, settings, toRepair))
  for (const [id, state] of toRepair) states.set(id, state)
  return true
}

/** Runs a repair under its own deadline, which neither the caller's deadline nor signal shortens. */
async function repairing<T>(
  operation: InstanceOperation,
  { repairDeadlineMs: deadlineMs }: RestartSettings,
  work: (own: InstanceOperation) => Promise<T>,
): Promise<T | undefined> {
  const { context, subject, gate } = operation
  const done = await runOperation(context, subject, { signal: undefined, deadlineMs, gate }, async (own) =>
    ok(await work({ ...operation, ...own, driver: operation.driver })),
  )
  return done.isOk() ? done.value : undefined
}

/** Records the instances that succeeded. One that still has to restart for its key waits for a resume. */
async function recordResults(
  { checkpoint }: RestartSettings,
  states: InstanceStates,
  items: ReadonlyMap<string, InstanceItem>,
): Promise<void> {
  await mapInSlices([...items.values()], (item) => {
    if (item.status !== 'succeeded') return
    const isDue = item.effect === 'at-next-start' && states.get(item.id)?.powerBefore === 'running'
    checkpoint.setStep(item.id, isDue ? 'waiting' : 'done')
  })
}

/** Saves the checkpoint after a wave. The operation may have ended in a repair, which has a deadline of its own. */
async function saveResults(
  operation: InstanceOperation,
  settings: RestartSettings,
  wasRepaired: boolean,
): Promise<Failure | undefined> {
  const { checkpoint } = settings
  return wasRepaired ? repairing(operation, settings, (own) => checkpoint.save(own)) : checkpoint.save(operation)
}

function unchangedItems(
  operation: Operation,
  settings: RestartSettings,
  ids: readonly string[],
  failure: Failure,
): WaveResult {
  const items = ids.map((id) => refusedItem(operation, id, failure))
  return { items, leftStopped: leftStoppedBefore(settings, ids), rejected: new Map() }
}

/** Makes the result of a wave whose results were lost by a defect. */
export function lostItems(
  operation: Operation,
  settings: RestartSettings,
  ids: readonly string[],
  states: InstanceStates = new Map(),
): WaveResult {
  const stopped = [...states.values()].filter(isLeftStopped).map(({ id }) => id)
  return {
    items: ids.map((id) => lostItem(operation, id)),
    leftStopped: [...new Set([...stopped, ...leftStoppedBefore(settings, ids)])],
    rejected: new Map(),
    stopReason: noOutcome,
  }
}
