import { hintFor, type KeyChange, notListed } from '../attachment/key-change.js'
import type { TargetKeyPair } from '../attachment/target-key-pair.js'
import type { InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import { toBatch, toResult } from '../engine/batches.js'
import { defaultRepairMs } from '../engine/deadlines.js'
import { noOutcome, type Failure, endedFailure } from '../engine/failures.js'
import { runBatchPart, type Operation, runPart } from '../engine/operation.js'
import type { InstanceParts } from '../engine/prepared-operation.js'
import { readInstances } from '../lookup/find-instances.js'
import { err, ok, type Result } from '../result.js'
import { type Journal, recorded } from './checkpoint-writer.js'
import type { TellProgress } from './progress.js'
import { doneBefore, refused } from './restart-items.js'
import { leftBefore, nothingDone, runWave, unfit, type WaveEnd, type WaveSetting } from './wave.js'

/** A change that restarts instances, and how it goes about it. */
export interface NowSetting extends WaveSetting {
  readonly maxUnavailable: number
  /** The time that one wave may take, where it has one. */
  readonly waveDeadlineMs?: number
  /** Whether one running instance goes first, alone, and the others only after it succeeded. */
  readonly canary?: boolean
}

/** The instances that are to be changed, as they go. */
interface Queue {
  /** Those that an earlier run began with: all at once, as they may be down. */
  readonly begun: string[]
  readonly running: string[]
  /** Those that are stopped come last, all together, and stay stopped. */
  readonly stopped: string[]
}

/**
 * Changes keys and restarts what runs, in waves: as many instances at once as may be down. A wave that does not come back
 * takes from what the next may have.
 */
export async function changeNow(
  operation: Operation,
  setting: NowSetting,
  ids: readonly string[],
): Promise<Result<InstanceBatch, KeyPairError<InstanceBatch>>> {
  const { driver, instances, maxUnavailable, tell } = setting
  const distinct = [...new Set(ids)]
  const first = await runBatchPart(operation, { outcome: 'none' }, (part) => {
    part.expectCalls(Math.ceil(distinct.length / instances.read.items))
    return readInstances(part, driver, instances.read, distinct)
  })
  if (first.isErr()) return err(first.error)

  const items = new Map<string, InstanceItem>()
  const queue = queued(operation, setting, distinct, first.value, items)
  tell('finished', [...items.keys()])
  const left = new Set<string>()
  let { canary = false } = setting
  let halt: Failure | undefined
  for (;;) {
    const isCanary = canary && queue.begun.length === 0 && queue.running.length > 0
    const wave = next(queue, isCanary ? 1 : maxUnavailable, left.size)
    if (wave.length === 0) break
    const stop = operation.ended()
    halt ??= stop === undefined ? undefined : endedFailure(stop, 'none')
    if (halt !== undefined) {
      queue.running.unshift(...wave)
      break
    }
    const done = await runInTime(operation, setting, wave)
    for (const item of done.items) items.set(item.id, item)
    for (const id of done.leftStopped) left.add(id)
    halt = done.halt ?? (isCanary ? canaryFailure(done.items) : undefined)
    if (isCanary) canary = false
    tell('finished', wave)
  }
  const rest = [...queue.running, ...queue.stopped]
  const unlisted = distinct.filter((id) => !first.value.has(id))
  for (const id of leftBefore(setting, [...rest, ...unlisted])) left.add(id)
  for (const id of rest) items.set(id, refused(operation, id, halt ?? tooManyDown(left.size)))
  tell('finished', rest)
  const batch = toBatch(ids.map((id) => items.get(id) ?? refused(operation, id, noOutcome)))
  return toResult(operation.subject, { ...batch, leftStopped: [...left], ...hintFor(batch, setting.rules) })
}

async function runInTime(operation: Operation, setting: NowSetting, wave: readonly string[]): Promise<WaveEnd> {
  if (setting.waveDeadlineMs === undefined) return runWave(operation, setting, wave)
  const done = await runPart(operation, setting.waveDeadlineMs, async (part) => ok(await runWave(part, setting, wave)))
  return done.isOk() ? done.value : nothingDone(operation, setting, wave, noOutcome)
}

function canaryFailure(items: readonly InstanceItem[]): Failure | undefined {
  const [failed] = items.filter(({ status }) => status !== 'succeeded')
  return failed && { code: 'aborted', message: `the first of them, ${failed.id}, did not succeed`, transient: false }
}

/** Sorts what was read: what needs nothing or takes nothing gets its item, the rest its place. */
function queued(
  operation: Operation,
  setting: NowSetting,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
  items: Map<string, InstanceItem>,
): Queue {
  const { goal, rules, resume, journal } = setting
  const queue: Queue = { begun: [], running: [], stopped: [] }
  for (const id of ids) {
    const record = records.get(id)
    const before = resume.get(id)
    if (before?.step === 'done' && (record === undefined || goal.isReached(record))) {
      journal.note(before)
      items.set(id, doneBefore(before, record?.power, goal, rules))
    } else if (record === undefined) {
      if (before !== undefined) journal.note(before)
      items.set(id, refused(operation, id, notListed.failure))
    } else if (before?.step === 'begun') {
      journal.note(before)
      queue.begun.push(id)
    } else {
      const problem = unfit(record, setting)
      const power = record.power === 'running' ? 'running' : 'stopped'
      if (problem === undefined) journal.note({ id, power, keyPair: recorded(record), step: 'waiting' })
      if (problem === undefined) queue[power].push(id)
      else items.set(id, refused(operation, id, problem))
    }
  }
  return queue
}

/** The next wave; none where all is done, or no more may be down. */
function next({ begun, running, stopped }: Queue, maxUnavailable: number, down: number): readonly string[] {
  if (begun.length > 0) return begun.splice(0)
  const room = Math.max(0, maxUnavailable - down)
  return running.length > 0 ? running.splice(0, room) : stopped.splice(0)
}

function tooManyDown(count: number): Failure {
  const message = `${count} ${count === 1 ? 'instance' : 'instances'} did not come back, and no more may be down at once`
  return { code: 'aborted', message, transient: false, hint: 'Start them, and do the rest again.' }
}

/** What a caller says of a change that restarts instances. */
type NowOptions = Pick<ChangeOptions, 'maxUnavailable' | 'repairDeadlineMs' | 'force' | 'restartUnchanged' | 'check'>

/** How a change that restarts instances goes about it, with what its caller left out filled in. */
export function nowSetting(
  parts: InstanceParts,
  target: TargetKeyPair,
  rules: KeyChange,
  tell: TellProgress,
  options: NowOptions,
  journal: Journal,
  earlier: readonly CheckpointInstance[],
): NowSetting {
  const { maxUnavailable = 1, repairDeadlineMs = defaultRepairMs, force = false, restartUnchanged = true } = options
  const isReached = (record: InstanceRecord): boolean =>
    rules.call === 'attach' ? target.isBoundTo(record) === true : record.keyPair === undefined
  return {
    ...parts,
    target,
    rules,
    goal: {
      isReached,
      nameMayBeStale: rules.call === 'attach' && target.nameMayBeStale,
      instances: parts.instances,
      restartUnchanged,
    },
    force,
    tell,
    repairDeadlineMs,
    check: options.check,
    journal,
    resume: new Map(earlier.map((instance) => [instance.id, instance])),
    maxUnavailable,
  }
}
