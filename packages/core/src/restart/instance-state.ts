import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord, KeyPairHandle } from '../contract/driver.js'
import type { PowerState } from '../contract/key-pair.js'
import type { BatchCall } from '../engine/batch-call.js'
import type { Failure } from '../engine/failures.js'

/** How far something that was asked of the cloud has come. */
type Asked = 'no' | 'doubtful' | 'accepted'

/** What one instance was, and what was done to it since, on its way through a change that restarts it. */
export interface Course {
  readonly id: string
  /** What it was before anything was done, and is to be again. */
  readonly power: 'running' | 'stopped'
  /** The key pair that was bound before anything was done. */
  readonly keyPair: InstanceRecord['keyPair']
  /** The key pair that has to be detached first, where the cloud may not replace it. */
  readonly former: KeyPairHandle | undefined
  /** Whether it is attached over the former key pair first, as the cloud may replace it after all. */
  readonly triesOver: boolean
  /** Whether an earlier run began with it, of which nothing else is known. */
  readonly resumed: boolean
  readonly stop: Asked | 'seen'
  readonly detach: Asked
  readonly change: Asked
  readonly putBack: Asked
  /** The reboot, or the start after a stop. */
  readonly restart: Asked
  /** Whether it was seen not to run since then. */
  readonly wentDown: boolean
  /** When the latest of these was asked for. */
  readonly askedAt: number
  /** When a stop or a detach was last sent without an answer, or taken up from an earlier run: it may still be done. */
  readonly doubtedAt: number
  /** Why it goes no further; from then on only what is owed is done. */
  readonly failure?: Failure
  /** Why it did not get what it is owed, the last time. */
  readonly notHome?: Failure
  /** As it was last read. */
  readonly record: InstanceRecord
}

/** The course of an instance that was just read. */
export function courseOf(
  record: InstanceRecord,
  power: Course['power'],
  former: KeyPairHandle | undefined,
  { replaces }: Pick<InstanceCapabilities, 'replaces'>,
): Course {
  return {
    id: record.id,
    power,
    keyPair: record.keyPair,
    former,
    triesOver: replaces === 'undocumented',
    resumed: false,
    stop: 'no',
    detach: 'no',
    change: 'no',
    putBack: 'no',
    restart: 'no',
    wentDown: false,
    askedAt: -Infinity,
    doubtedAt: -Infinity,
    record,
  }
}

/** What the cloud's records had before anything was done. */
export function recordBefore({ id, power, keyPair }: Course): InstanceRecord {
  return { id, power, ...(keyPair && { keyPair }) }
}

/** What is known of an instance of which the cloud just took a call, until it is read again. */
export function underWay(course: Course, call: BatchCall['call']): Pick<Course, 'record' | 'stop'> {
  const { record, stop } = course
  switch (call) {
    case 'stop':
      return { stop, record: { ...record, power: 'stopping' } }
    case 'reboot':
      return { stop, record: { ...record, power: 'rebooting' } }
    case 'start':
      // It was down, then, whatever the records said.
      return { stop: stop === 'no' ? 'no' : 'seen', record: { ...record, power: 'starting' } }
    case 'attach':
    case 'detach':
    case 'delete':
      return { record, stop }
  }
}

const down: readonly PowerState[] = ['stopping', 'stopped', 'starting']

/** The course of an instance that an earlier run began with. */
export function resumedCourse(
  record: InstanceRecord,
  before: CheckpointInstance,
  former: KeyPairHandle | undefined,
  capabilities: Pick<InstanceCapabilities, 'replaces'>,
  now: number,
): Course {
  const power = before.power === 'running' || record.power !== 'stopped' ? 'running' : 'stopped'
  return {
    ...courseOf(record, power, former, capabilities),
    keyPair: before.keyPair ?? undefined,
    resumed: true,
    detach: detachedBefore(record, former),
    askedAt: now,
    // What that run sent last may still be done, and the record may still show what was before.
    doubtedAt: now,
  }
}

/** The course of an instance that was read again. */
export function observed(course: Course, record: InstanceRecord): Course {
  const { stop, resumed, detach, change, former, restart } = course
  const isInferred = resumed && detach !== 'accepted' && change === 'no'
  return {
    ...course,
    record,
    wentDown: course.wentDown || (restart !== 'no' && record.power !== 'running'),
    stop: stop !== 'no' && down.includes(record.power) ? 'seen' : stop,
    detach: isInferred ? detachedBefore(record, former) : detach,
  }
}

/** Where nothing is bound in place of the key pair that has to be detached first, an earlier run detached it. */
function detachedBefore(record: InstanceRecord, former: KeyPairHandle | undefined): Asked {
  return former !== undefined && record.keyPair === undefined ? 'doubtful' : 'no'
}

/** Whether something is owed to it, whatever became of the change: a start, a key, or a look after a stop in doubt. */
export function isOwed(course: Course): boolean {
  const { power, stop, restart, resumed, record } = course
  if (lacksKey(course) || stop === 'doubtful') return true
  if (power === 'stopped' || isUp(course)) return false
  return stop !== 'no' || resumed || (restart === 'accepted' && record.power === 'stopped')
}

/** Whether it was detached from its key pair and got no other. */
export function lacksKey({ detach, change, putBack }: Course): boolean {
  return detach !== 'no' && change !== 'accepted' && putBack !== 'accepted'
}

/** Whether it runs. After a stop that was accepted, a record that still says so is an old one. */
export function isUp({ stop, record }: Course): boolean {
  return record.power === 'running' && stop !== 'accepted'
}

/** The instances of one wave, by id. */
export type Courses = Map<string, Course>

export function update(courses: Courses, id: string, change: (course: Course) => Course): void {
  const course = courses.get(id)
  if (course !== undefined) courses.set(id, change(course))
}

/** The first failure counts. */
export function fail(courses: Courses, id: string, failure: Failure): void {
  update(courses, id, (course) => ({ ...course, failure: course.failure ?? failure }))
}
