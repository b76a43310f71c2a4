import type { InstanceItem } from './batch.js'
import { type KeyChange, notListed } from './change-keys.js'
import type { Failure } from './changes.js'
import { formersOf } from './formers.js'
import { begun, type Courses, isOwed } from './instance-course.js'
import type { InstanceRecord } from './driver.js'
import { inspect } from './inspect.js'
import type { InstanceLocks } from './instance-locks.js'
import { goHome, goOut } from './legs.js'
import { isLeftStopped, itemOf, refused } from './now-items.js'
import { type Operation, runOperation, stopFailure } from './operation.js'
import type { Undertaking } from './perform-step.js'
import { readInstances } from './reads.js'
import { ok } from './result.js'
import type { ChangeOptions } from './take-effect.js'

/** What every wave works with. */
export interface WaveSetting extends Undertaking {
  readonly locks: InstanceLocks
  readonly repairDeadlineMs: number
  readonly check: ChangeOptions['check']
}

/** What came of a wave. */
export interface WaveEnd {
  readonly items: readonly InstanceItem[]
  readonly leftStopped: readonly string[]
  /** Why no further wave may be begun. */
  readonly halt?: Failure
}

/** Changes instances all at once, each under its lock: out, home, and a look at those that were restarted. */
export async function runWave(
  operation: Operation,
  setting: WaveSetting,
  ids: readonly string[],
  unfit: (record: InstanceRecord, rules: KeyChange) => Failure | undefined,
): Promise<WaveEnd> {
  const release = await setting.locks.acquire(ids, operation.signal)
  if (release === undefined) return nothingDone(operation, ids, stopFailure(operation.stopped() ?? 'aborted', 'none'))
  try {
    const { driver, instances, rules, goal } = setting
    const read = await readInstances(operation, driver, instances.read, ids)
    if (read.isErr()) return nothingDone(operation, ids, read.error)
    const records = [...read.value.values()].filter((record) => unfit(record, rules) === undefined)
    const formers = await formersOf(operation, setting, records)
    const courses: Courses = new Map()
    const items = new Map<string, InstanceItem>()
    for (const id of ids) {
      const record = read.value.get(id)
      const former = formers.get(id)
      const problem = record === undefined ? notListed.failure : (unfit(record, rules) ?? former?.problem)
      if (record === undefined || problem !== undefined)
        items.set(id, refused(operation, id, problem ?? notListed.failure))
      else courses.set(id, begun(record, record.power === 'running' ? 'running' : 'stopped', former?.handle))
    }
    await travel(operation, setting, courses)
    for (const [id, course] of courses) items.set(id, itemOf(operation.subject, course, goal, rules))
    const halt = await inspect(operation, setting, courses, items)
    const leftStopped = [...courses.values()].filter(isLeftStopped).map(({ id }) => id)
    return { items: [...items.values()], leftStopped, ...(halt && { halt }) }
  } finally {
    release()
  }
}

/** Out and home. What is owed has a time of its own, whatever became of the way out. */
async function travel(operation: Operation, setting: WaveSetting, courses: Courses): Promise<void> {
  try {
    await goOut(operation, setting, courses)
  } catch {
    for (const [id, course] of courses) courses.set(id, { ...course, failure: course.failure ?? defect })
  }
  const owed: Courses = new Map([...courses].filter(([, course]) => isOwed(course)))
  if (owed.size === 0) return
  const limits = { signal: undefined, deadlineMs: setting.repairDeadlineMs }
  await runOperation(operation.context, operation.subject, limits, async (repair) => {
    await goHome(repair, setting, owed)
    return ok(null)
  })
  for (const [id, course] of owed) courses.set(id, course)
}

function nothingDone(operation: Operation, ids: readonly string[], failure: Failure): WaveEnd {
  return { items: ids.map((id) => refused(operation, id, failure)), leftStopped: [] }
}

const defect: Failure = { code: 'unknown', message: 'a defect in this library', passing: false }
