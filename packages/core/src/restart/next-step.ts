import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord } from '../contract/driver.js'
import type { CloudFailure } from '../engine/batch-call.js'
import { conflict, quote } from '../engine/failures.js'
import { type Course, isUp, lacksKey, recordBefore } from './instance-state.js'

/** What a change is to come to, and what its cloud needs for it. */
export interface Goal {
  /** Whether the record shows the key pair that is wanted, or none where none is. */
  isReached(record: InstanceRecord): boolean
  /** Whether a record that showed it before is no evidence: the name may be that of a key pair that was deleted. */
  readonly nameMayBeStale: boolean
  readonly instances: InstanceCapabilities
  /** Whether an instance that is as it should be is restarted, as its guest may not know yet. */
  readonly restartUnchanged: boolean
}

/** What is to be done next with an instance. `end`: nothing more on this leg. */
export type Step =
  | { readonly kind: 'stop' | 'detach' | 'change' | 'reboot' | 'put-back' | 'start' | 'end' }
  /** Until then, nothing that could be read would say otherwise. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fail'; readonly failure: CloudFailure }

/** How long after a read the next one may tell something else. */
export const pollMs = 3_000
/** How long a cloud may take to stop or to reboot an instance. */
const powerMs = 600_000
/** How long after a change the record may still show what was before. */
const shownWithinMs = 30_000
/** How long after an unanswered send its work may still be done. */
const doneWithinMs = 60_000
/** How long after an accepted start the record may still say stopped. */
const startedWithinMs = 60_000

const wait: Step = { kind: 'wait', ms: pollMs }

/**
 * The way out: until the key is changed and the instance is ready to be started, or is restarted where a reboot does
 * that. Pure: the record was read at `now`.
 */
export function nextStep(course: Course, goal: Goal, now: number): Step {
  if (course.failure !== undefined) return afterFailure(course, now)
  if (course.resumed && isUnsettled(course, now)) return waitUntilSettled(course, now)
  if (course.restart === 'accepted') return isBack(course, now) ? { kind: 'end' } : waitForPower(course, now)
  switch (course.record.power) {
    case 'running':
      return whileRunning(course, goal, now)
    case 'stopped':
      return whileStopped(course, goal, now)
    case 'stopping':
    case 'starting':
    case 'rebooting':
      return waitForPower(course, now)
    case 'other':
      return fail('instance-state', 'the instance is neither running nor stopped, nor on its way between the two')
  }
}

function whileRunning(course: Course, goal: Goal, now: number): Step {
  const { stop, change, resumed, power } = course
  const { changesRunning, proves, reboots } = waysOf(goal.instances)
  if (stop === 'accepted') return waitForPower(course, now)
  const isChanged = change === 'accepted' || isShown(course, goal)
  if (stop === 'seen' || power === 'stopped') {
    return isChanged && stop === 'seen' ? { kind: 'end' } : fail('conflict', 'somebody started the instance meanwhile')
  }
  const isLeft = change === 'no' && !resumed && !goal.restartUnchanged
  if (isLeft && goal.isReached(course.record)) return { kind: 'end' }
  if (!isChanged) return { kind: changesRunning && !detachesFirst(course) ? 'change' : 'stop' }
  const shown = showsChange(course, goal, now)
  if (shown !== 'yes') return unshown(course, shown)
  if (proves) return { kind: 'end' }
  return { kind: reboots ? 'reboot' : 'stop' }
}

function whileStopped(course: Course, goal: Goal, now: number): Step {
  if (course.change === 'accepted' || isShown(course, goal)) {
    const shown = showsChange(course, goal, now)
    return shown === 'yes' ? { kind: 'end' } : unshown(course, shown)
  }
  return { kind: detachesFirst(course) ? 'detach' : 'change' }
}

/**
 * A restart that was asked for without an answer may be under way, or come yet: then the instance is down, or will be,
 * whatever became of its change.
 */
function afterFailure(course: Course, now: number): Step {
  const { restart, record } = course
  if (restart !== 'doubtful') return { kind: 'end' }
  if (isUnsettled(course, now)) return waitUntilSettled(course, now)
  const isUnderWay = record.power === 'rebooting' || record.power === 'stopping' || record.power === 'starting'
  return isUnderWay ? waitForPower(course, now) : { kind: 'end' }
}

/** Whether work that was never answered may still be done. */
function isUnsettled({ doubtedAt }: Course, now: number): boolean {
  return now - doubtedAt < doneWithinMs
}

function waitUntilSettled({ doubtedAt }: Course, now: number): Step {
  return { kind: 'wait', ms: doubtedAt + doneWithinMs - now }
}

/** Whether a restart that was accepted is over: it was seen to begin, or must have, and no other may come yet. */
function isBack({ wentDown, askedAt, doubtedAt, record: { power } }: Course, now: number): boolean {
  const hasBegun = wentDown || now - askedAt >= shownWithinMs
  return power === 'running' && hasBegun && now - doubtedAt >= doneWithinMs
}

function detachesFirst({ former, triesOver, detach }: Course): boolean {
  return former !== undefined && !triesOver && detach === 'no'
}

function waitForPower({ askedAt }: Course, now: number): Step {
  if (now - askedAt < powerMs || askedAt === -Infinity) return wait
  return fail('timeout', 'the cloud did not stop or restart it in time')
}

/** How the cloud's rules for changing keys come out for running instances. */
function waysOf({
  power,
  restart,
}: InstanceCapabilities): Readonly<Record<'changesRunning' | 'proves' | 'reboots', boolean>> {
  const changesRunning = power.includes('running')
  // Where only stopped instances are changed, a running one has started since its change.
  return { changesRunning, proves: !changesRunning, reboots: restart === 'reboot' }
}

/** Whether the record is evidence that the goal is reached. */
export function isShown(course: Course, goal: Goal): boolean {
  if (!goal.isReached(course.record)) return false
  return !goal.nameMayBeStale || course.change === 'accepted' || !goal.isReached(recordBefore(course))
}

/** Whether the record shows the change. `late`: it may yet; after a while the cloud's word on the change is enough. */
function showsChange(course: Course, goal: Goal, now: number): 'yes' | 'late' | 'other' {
  if (goal.isReached(course.record)) return 'yes'
  if (isMeddledWith(course, goal)) return 'other'
  return now - course.askedAt < shownWithinMs ? 'late' : 'yes'
}

/** Whether the record shows a key pair, or none, that it never had from us nor before us. */
export function isMeddledWith({ change, record, keyPair, former }: Course, goal: Goal): boolean {
  if (change !== 'accepted' || goal.isReached(record)) return false
  const isBefore = record.keyPair?.name === keyPair?.name && record.keyPair?.id === keyPair?.id
  return !isBefore && !(former !== undefined && record.keyPair === undefined)
}

function unshown(course: Course, shown: 'late' | 'other'): Step {
  return shown === 'late' ? wait : { kind: 'fail', failure: meddled(course.record) }
}

/** Why an instance whose key somebody else changed meanwhile is no success. */
export function meddled({ keyPair }: InstanceRecord): CloudFailure {
  const now = keyPair === undefined ? 'none' : quote(keyPair.name ?? keyPair.id ?? '')
  return conflict(`somebody else changed its key pair meanwhile, to ${now}`, 'Find out who, and do it again.')
}

/**
 * The way home: a key for an instance that has none, and a start for one that was running. Nothing is started while work
 * that was never answered may still be done.
 */
export function nextStepHome(course: Course, goal: Goal, now: number): Step {
  const { record, power, doubtedAt, restart, askedAt } = course
  if (record.power === 'other') return { kind: 'end' }
  // What was never answered may still undo what is done now.
  if (isUnsettled(course, now)) return waitUntilSettled(course, now)
  // A stop that is carried out last of all is seen later still.
  const mayShowLate = now - doubtedAt < doneWithinMs + shownWithinMs
  if (record.power !== 'stopped') return isUp(course) && !mayShowLate ? { kind: 'end' } : wait
  if (lacksKey(course) && !isShown(course, goal) && !showsFormer(course, now)) return { kind: 'put-back' }
  if (isBare(course, now)) return { kind: 'put-back' }
  if (power === 'stopped') return { kind: 'end' }
  if (restart === 'accepted' && now - askedAt < startedWithinMs) return wait
  return { kind: 'start' }
}

/** Whether no key pair is bound although one was attached since: a detach that was not answered came after it. */
function isBare({ record, detach, doubtedAt, askedAt }: Course, now: number): boolean {
  const isDoubted = detach !== 'no' && doubtedAt !== -Infinity
  return isDoubted && record.keyPair === undefined && now - askedAt >= shownWithinMs
}

/** Whether the key pair of before is bound after all, long enough after its detach to be no old news. */
function showsFormer({ record, keyPair, askedAt }: Course, now: number): boolean {
  const isBound = record.keyPair !== undefined && record.keyPair.name === keyPair?.name
  return isBound && now - askedAt >= doneWithinMs
}

function fail(code: 'instance-state' | 'conflict' | 'timeout', message: string): Step {
  return { kind: 'fail', failure: { code, message, transient: false } }
}
