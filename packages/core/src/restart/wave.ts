import { notListed } from '../attachment/key-change.js'
import type { InstanceItem } from '../contract/batch.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/driver.js'
import { type Failure, endedFailure } from '../engine/failures.js'
import type { InstanceLocks } from '../engine/instance-locks.js'
import { type Operation, runOperation } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'
import { ok } from '../result.js'
import { formersOf } from './blocking-key-pair.js'
import { inspect } from './caller-check.js'
import { type Journal, recorded } from './checkpoint-writer.js'
import { courseOf, type Courses, fail, isOwed, resumedCourse } from './instance-state.js'
import type { Undertaking } from './perform-step.js'
import { isLeftStopped, itemOf, refused } from './restart-items.js'
import { goHome, goOut } from './run-steps.js'

/** What every wave works with. */
export interface WaveSetting extends Undertaking {
  readonly locks: InstanceLocks
  readonly repairDeadlineMs: number
  readonly check: ChangeOptions['check']
  readonly journal: Journal
  /** What an earlier run wrote down. */
  readonly resume: ReadonlyMap<string, CheckpointInstance>
  /** Why an instance that nothing was begun with is not to be changed as it is. */
  admits?(record: InstanceRecord): Failure | undefined
}

/** What came of a wave. */
export interface WaveEnd {
  readonly items: readonly InstanceItem[]
  readonly leftStopped: readonly string[]
  /** Why no further wave may be begun. */
  readonly halt?: Failure
}

/** Changes instances all at once, each under its lock: out, home, and a look at those that were restarted. */
export async function runWave(operation: Operation, setting: WaveSetting, ids: readonly string[]): Promise<WaveEnd> {
  const release = await setting.locks.acquire(ids, operation.signal)
  if (release === undefined)
    return nothingDone(operation, setting, ids, endedFailure(operation.ended() ?? 'aborted', 'none'))
  try {
    const { driver, instances } = setting
    const read = await readInstances(operation, driver, instances.read, ids)
    if (read.isErr()) return nothingDone(operation, setting, ids, read.error)
    return await changeRead(operation, setting, ids, read.value)
  } finally {
    release()
  }
}

async function changeRead(
  operation: Operation,
  setting: WaveSetting,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
): Promise<WaveEnd> {
  const { goal, rules, journal } = setting
  const items = new Map<string, InstanceItem>()
  const courses = await coursesOf(operation, setting, ids, records, items)
  for (const { id, power, keyPair } of courses.values()) {
    journal.note({ id, power, keyPair: recorded(keyPair === undefined ? {} : { keyPair }), step: 'begun' })
  }
  const unwritten = courses.size === 0 ? undefined : await journal.write(operation)
  if (unwritten !== undefined) for (const id of courses.keys()) fail(courses, id, unwritten)
  const wasOwed = await travel(operation, setting, courses)
  for (const [id, course] of courses) items.set(id, itemOf(operation.subject, course, goal, rules))
  const rejected = await inspect(operation, setting, courses, items)
  for (const item of items.values()) {
    if (item.status !== 'succeeded') continue
    const isDue = item.effect === 'at-next-start' && courses.get(item.id)?.power === 'running'
    journal.step(item.id, isDue ? 'waiting' : 'done')
  }
  const write = (running: Operation): Promise<Failure | undefined> => journal.write(running)
  const halt = unwritten ?? rejected ?? (await (wasOwed ? repairing(operation, setting, write) : write(operation)))
  const unlisted = ids.filter((id) => !records.has(id))
  const leftStopped = [
    ...[...courses.values()].filter(isLeftStopped).map(({ id }) => id),
    ...leftBefore(setting, unlisted),
  ]
  return { items: [...items.values()], leftStopped, ...(halt && { halt }) }
}

/** The courses of those that something can be done with; the others get their item. */
async function coursesOf(
  operation: Operation,
  setting: WaveSetting,
  ids: readonly string[],
  records: ReadonlyMap<string, InstanceRecord>,
  items: Map<string, InstanceItem>,
): Promise<Courses> {
  const { instances, rules, resume } = setting
  const before = (id: string): CheckpointInstance | undefined =>
    resume.get(id)?.step === 'begun' ? resume.get(id) : undefined
  const asBefore = [...records.values()].map((record) => withKeyPair(record, before(record.id)))
  const formers = await formersOf(operation, setting, asBefore)
  const courses: Courses = new Map()
  for (const id of ids) {
    const record = records.get(id)
    const earlier = before(id)
    const { handle, problem } = formers.get(id) ?? {}
    if (record === undefined) items.set(id, refused(operation, id, notListed.failure))
    else if (earlier !== undefined) {
      courses.set(id, resumedCourse(record, earlier, handle, instances, operation.context.clock.now()))
      const end = rules.resultWithoutCall(record)
      const reason = end?.kind === 'failed' ? end.failure : problem
      if (reason !== undefined) fail(courses, id, reason)
    } else {
      const reason = unfit(record, setting) ?? problem
      if (reason !== undefined) items.set(id, refused(operation, id, reason))
      else courses.set(id, courseOf(record, record.power === 'running' ? 'running' : 'stopped', handle, instances))
    }
  }
  return courses
}

function withKeyPair(record: InstanceRecord, before: CheckpointInstance | undefined): InstanceRecord {
  if (before === undefined) return record
  const { id, power } = record
  return { id, power, ...(before.keyPair && { keyPair: before.keyPair }) }
}

/** Out and home. Whether something was owed to some. */
async function travel(operation: Operation, setting: WaveSetting, courses: Courses): Promise<boolean> {
  try {
    await goOut(operation, setting, courses)
  } catch {
    for (const id of courses.keys()) fail(courses, id, defect)
  }
  const owed: Courses = new Map([...courses].filter(([, course]) => isOwed(course)))
  if (owed.size === 0) return false
  await repairing(operation, setting, (repair) => goHome(repair, setting, owed))
  for (const [id, course] of owed) courses.set(id, course)
  return true
}

/** Does what is owed, in a time of its own that neither deadline nor signal shortens. */
async function repairing<T>(
  { context, subject }: Operation,
  { repairDeadlineMs: deadlineMs }: WaveSetting,
  work: (repair: Operation) => Promise<T>,
): Promise<T | undefined> {
  const done = await runOperation(context, subject, { signal: undefined, deadlineMs }, async (repair) =>
    ok(await work(repair)),
  )
  return done.isOk() ? done.value : undefined
}

/** Why nothing can be done with an instance as it was read. */
export function unfit(record: InstanceRecord, { rules, admits }: WaveSetting): Failure | undefined {
  const refusal = admits?.(record)
  if (refusal !== undefined) return refusal
  const end = rules.resultWithoutCall(record)
  if (end?.kind === 'failed') return end.failure
  if (record.power === 'running' || record.power === 'stopped') return undefined
  const message = `the instance is ${record.power}`
  return { code: 'instance-state', message, transient: false, hint: 'Try again when it is running or stopped.' }
}

export function nothingDone(
  operation: Operation,
  setting: WaveSetting,
  ids: readonly string[],
  failure: Failure,
): WaveEnd {
  return { items: ids.map((id) => refused(operation, id, failure)), leftStopped: leftBefore(setting, ids) }
}

/** Which of these an earlier run may have left stopped. */
export function leftBefore({ resume }: WaveSetting, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => resume.get(id)?.step === 'begun' && resume.get(id)?.power === 'running')
}

const defect: Failure = { code: 'unknown', message: 'a defect in this library', transient: false }
