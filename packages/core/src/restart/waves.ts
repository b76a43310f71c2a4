import type { ChangedInstances } from '../attachment/change-without-restart.js'
import { type KeyChange, notListed } from '../attachment/key-change.js'
import { isAloneOn, type TargetKeyPair } from '../attachment/target-key-pair.js'
import type { InstanceItem } from '../contract/batch.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import { defaultDeadlineMs, defaultRepairMs } from '../engine/time-limits.js'
import { noOutcome, type Failure, endedFailure } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runPart } from '../engine/operation.js'
import { confirmName } from '../lookup/confirm-key-pair.js'
import { readInstances } from '../lookup/find-instances.js'
import { err, ok, type Result } from '../result.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import { type CheckpointWriter, boundBefore } from './checkpoint-writer.js'
import type { TellProgress } from './progress.js'
import { itemFromCheckpoint, lostItem, refusedItem } from './restart-items.js'
import {
  lostItems,
  maybeStopped,
  runWave,
  refusalOf,
  takenMeanwhile,
  type WaveResult,
  type WaveSettings,
} from './wave.js'

/** The settings of a change that restarts instances. */
export interface RestartSettings extends WaveSettings {
  readonly maxUnavailable: number
  /** The deadline of one wave, if it has one. */
  readonly waveDeadlineMs?: number
  /** True if one running instance goes first, alone, and the others only after it succeeded. */
  readonly firstAlone?: boolean
  /** Compares the key behind the name before each wave. A failure ends the work. */
  confirm(operation: Operation): Promise<Result<null, Failure>>
}

/** The instances that are still to be changed. */
interface Queue {
  /** Instances in progress of an earlier run: all at once, as they may be down. */
  readonly inProgress: string[]
  readonly running: string[]
  /** Stopped instances come last, all together, and stay stopped. */
  readonly stopped: string[]
}

/**
 * Changes keys and restarts running instances in waves: at most `maxUnavailable` instances at once. Instances that stay down
 * count against the next waves.
 */
export async function runWaves(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
): Promise<Result<ChangedInstances, KeyPairError<never>>> {
  const { maxUnavailable, tell } = settings
  const distinct = [...new Set(ids)]
  const first = await runPart(operation, defaultDeadlineMs.batch, (part) => {
    part.expectCalls(Math.ceil(distinct.length / operation.instances.read.items))
    return readInstances(part, distinct)
  })
  if (first.isErr()) return err(first.error)

  const items = new Map<string, InstanceItem>()
  const queue = await queueWaves(operation, settings, distinct, first.value, items)
  tell('finished', [...items.keys()])
  const left = new Set<string>()
  let { firstAlone = false } = settings
  let halt: Failure | undefined
  for (;;) {
    const goesAlone = firstAlone && queue.inProgress.length === 0 && queue.running.length > 0
    const wave = nextWave(queue, goesAlone ? 1 : maxUnavailable, left.size)
    if (wave.length === 0) break
    halt ??= failureOfEnd(operation)
    halt ??= await confirmInTime(operation, settings)
    if (halt !== undefined) {
      queue.running.unshift(...wave)
      break
    }
    const done = await runInTime(operation, settings, wave)
    for (const item of done.items) items.set(item.id, item)
    for (const id of done.leftStopped) left.add(id)
    halt = done.stopReason ?? failureOfEnd(operation) ?? (goesAlone ? firstAloneFailure(done.items) : undefined)
    if (goesAlone) firstAlone = false
    tell('finished', wave)
  }
  const rest = [...queue.running, ...queue.stopped]
  const unlisted = distinct.filter((id) => !first.value.has(id))
  for (const id of maybeStopped(settings, [...rest, ...unlisted])) left.add(id)
  const reason = halt ?? tooManyDown(left.size)
  await mapInSlices(rest, (id) => items.set(id, refusedItem(operation, id, reason)))
  tell('finished', rest)
  const all = await mapInSlices(ids, (id) => items.get(id) ?? lostItem(operation, id))
  return ok({ items: all, leftStopped: [...left] })
}

function failureOfEnd(operation: Operation): Failure | undefined {
  const reason = operation.ended()
  return reason && endedFailure(reason, 'none')
}

async function confirmInTime(operation: Operation, settings: RestartSettings): Promise<Failure | undefined> {
  const confirmed = await runPart(operation, defaultDeadlineMs.batch, async (part) => ok(await settings.confirm(part)))
  return confirmed.match(
    (result) => (result.isErr() ? result.error : undefined),
    () => noOutcome,
  )
}

async function runInTime(
  operation: InstanceOperation,
  settings: RestartSettings,
  wave: readonly string[],
): Promise<WaveResult> {
  if (settings.waveDeadlineMs === undefined) return runWave(operation, settings, wave)
  const done = await runPart(operation, settings.waveDeadlineMs, async (part) =>
    ok(await runWave(part, settings, wave)),
  )
  return done.isOk() ? done.value : lostItems(operation, settings, wave)
}

function firstAloneFailure(items: readonly InstanceItem[]): Failure | undefined {
  const [failed] = items.filter(({ status }) => status !== 'succeeded')
  return failed && { code: 'aborted', message: `the first instance, ${failed.id}, did not succeed`, transient: false }
}

/**
 * Sorts the instances that were read: an item for those that need no call or cannot be changed, a place in the queue
 * for the others.
 */
async function queueWaves(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
  items: Map<string, InstanceItem>,
): Promise<Queue> {
  const { goal, rules, resume, checkpoint } = settings
  const queue: Queue = { inProgress: [], running: [], stopped: [] }
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
      const problem = taken ?? refusalOf(record, settings)
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

/** Returns the next wave. Empty if all are done, or no more may be down. */
function nextWave({ inProgress, running, stopped }: Queue, maxUnavailable: number, down: number): readonly string[] {
  if (inProgress.length > 0) return inProgress.splice(0)
  const room = Math.max(0, maxUnavailable - down)
  return running.length > 0 ? running.splice(0, room) : stopped.splice(0)
}

function tooManyDown(count: number): Failure {
  const message = `${count} ${count === 1 ? 'instance' : 'instances'} did not start again, and no more instances may be down at once`
  return {
    code: 'aborted',
    message,
    transient: false,
    hint: 'Start these instances, then run the operation again for the others.',
  }
}

/** The caller's options of a change that restarts instances. */
type RestartOptions = Pick<
  ChangeOptions,
  'maxUnavailable' | 'repairDeadlineMs' | 'force' | 'restartUnchanged' | 'check'
>

/** The parts of a change that restarts instances. */
export interface RestartInput {
  readonly target: TargetKeyPair
  /** The key pair behind the target, which is compared before each wave. Not given if there is none any more. */
  readonly keyPair?: KeyPair | undefined
  readonly rules: KeyChange
  readonly tell: TellProgress
  readonly options: RestartOptions
  readonly checkpoint: CheckpointWriter
  /** The instances in the checkpoint of an earlier run. */
  readonly earlier: readonly CheckpointInstance[]
}

/** Makes the settings of a change that restarts instances, with defaults for the options that the caller left out. */
export function restartSettings(
  { instances }: InstanceOperation,
  { target, keyPair, rules, tell, options, checkpoint, earlier }: RestartInput,
): RestartSettings {
  const { maxUnavailable = 1, repairDeadlineMs = defaultRepairMs, force = false, restartUnchanged = true } = options
  const isReached = (record: InstanceRecord): boolean =>
    rules.call === 'attach' ? isAloneOn(record, target) : record.keyPair === undefined
  const nameMayBeStale = rules.call === 'attach' && target.nameMayBeStale
  return {
    target,
    rules,
    goal: { isReached, nameMayBeStale, instances, restartUnchanged },
    force,
    tell,
    repairDeadlineMs,
    check: options.check,
    checkpoint,
    resume: new Map(earlier.map((instance) => [instance.id, instance])),
    maxUnavailable,
    confirm: async (operation) => (keyPair === undefined ? ok(null) : confirmName(operation, keyPair)),
  }
}
