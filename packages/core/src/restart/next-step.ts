import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import { type Failure, refusal } from '../errors/failures.js'
import { changedWithinMs, doneWithinMs, pollMs, shownWithinMs, startedWithinMs } from '../engine/time-limits.js'
import { boundKeyPairs, namesOf, showSameKeyPairs } from '../lookup/instance-record.js'
import { type InstanceState, isUp, hasNoKey, recordBefore, showsAnotherKey } from './instance-state.js'

// The restart machine: two tables, and below them a worked example. Each name in a cell is a function further down.

/** The progress of an instance, as this operation knows it. */
type Phase = 'up' | 'stopping' | 'down' | 'restarting' | 'failed'
/** The power in the record. `moving`: on its way between running and stopped. */
type Power = 'running' | 'stopped' | 'moving' | 'other'
/** The key pair in the record: not changed yet, the wanted one, one that is not to be believed yet, or a stranger's. */
type Key = 'before' | 'wanted' | 'late' | 'foreign'

type Cell = (at: Situation) => Step
type ByKey = Readonly<Record<Key, Cell>>

const whenRunning: ByKey = { before: changeOrStop, wanted: restart, late: wait, foreign: failForeign }
const whenStopped: ByKey = { before: detachOrChange, wanted: end, late: wait, foreign: failForeign }
const whenStarted: ByKey = {
  before: failStarted,
  wanted: endIfItWasDown,
  late: endIfItWasDown,
  foreign: endIfItWasDown,
}

/** The steps of a change, until the key is changed and the instance is ready to start, or is restarted by a reboot. */
const changeTable: Readonly<Record<Phase, Readonly<Record<Power, Cell | ByKey>>>> = {
  up: { running: whenRunning, stopped: whenStopped, moving: awaitPower, other: failUnfit },
  stopping: { running: awaitPower, stopped: whenStopped, moving: awaitPower, other: failUnfit },
  down: { running: whenStarted, stopped: whenStopped, moving: awaitPower, other: failUnfit },
  restarting: { running: endIfBack, stopped: awaitPower, moving: awaitPower, other: awaitPower },
  failed: { running: endIfAnswered, stopped: endIfAnswered, moving: endIfSettled, other: endIfAnswered },
}

/** The steps of a repair: a key for an instance without one, and a start for one that was running. */
const repairTable: Readonly<Record<Power, Cell>> = {
  running: endIfUp,
  stopped: putBackOrStart,
  moving: wait,
  other: end,
}

// A worked example: "new" is attached over "old". Records are read every 3 s here, and right after a change.
//
//   a cloud that changes stopped instances only       a cloud that changes running ones, and reboots
//
//    s  phase     power    key     step                s  phase       power    key     step
//    0  up        running  before  stop                0  up          running  before  change
//    3  stopping  running  before  wait                0  up          running  late    wait
//    6  down      moving   before  wait                3  up          running  wanted  reboot
//    9  down      stopped  before  change              6  restarting  running  wanted  wait
//    9  down      stopped  late    wait                9  restarting  moving   wanted  wait
//   12  down      stopped  wanted  end                12  restarting  running  wanted  end
//   12  repair    stopped          start
//   15  repair    moving           wait
//   18  repair    running          end
//
// On a third kind, which changes running instances and whose reboot gives no key, the key is changed first, and then the
// instance is stopped and started. After a crash all statuses of calls are "no" again. A resume of the first example, whose
// process died at 9 s, waits first, as the dead process may have sent a change:
//
//    s  phase     power    key     step
//    0  up        stopped  before  wait, for 60 s
//   60  up        stopped  before  change
//   60  up        stopped  late    wait
//   63  up        stopped  wanted  end
//   63  repair    stopped          start
//   66  repair    moving           wait
//   90  repair    running          end

/** Returns the next step of a change. Pure: the record was read at `now`. */
export function nextStep(state: InstanceState, goal: Goal, now: number): Step {
  const at: Situation = { state, goal, now }
  const phase = phaseOf(state)
  if (phase !== 'failed' && state.resumed && isUnsettled(at)) return waitUntilSettled(at)
  const cell = changeTable[phase][powerOf(state)]
  return typeof cell === 'function' ? cell(at) : cell[keyShown(at)](at)
}

/** Returns the next step of a repair. Takes none while an unanswered call may still undo the step. */
export function nextRepairStep(state: InstanceState, goal: Goal, now: number): Step {
  const at: Situation = { state, goal, now }
  const power = powerOf(state)
  return power !== 'other' && isUnsettled(at) ? waitUntilSettled(at) : repairTable[power](at)
}

function phaseOf({ failure, restart: restarted, stop, powerBefore }: InstanceState): Phase {
  if (failure !== undefined) return 'failed'
  if (restarted === 'accepted') return 'restarting'
  if (stop === 'accepted') return 'stopping'
  return stop === 'seen' || powerBefore === 'stopped' ? 'down' : 'up'
}

function powerOf({ record: { power } }: InstanceState): Power {
  return power === 'stopping' || power === 'starting' || power === 'rebooting' ? 'moving' : power
}

function keyShown(at: Situation): Key {
  const { state, goal, now } = at
  if (state.change !== 'accepted' && !isShown(state, goal)) return 'before'
  if (goal.isReached(state.record)) return mayLoseKey(state, now) ? 'late' : 'wanted'
  if (isChangedByOthers(state, goal)) return 'foreign'
  // After a while the cloud's word on the change is enough.
  return now - state.lastSentAt < shownWithinMs ? 'late' : 'wanted'
}

/** The next step of an instance. `end`: no further step. */
export type Step =
  | { readonly kind: 'stop' | 'detach' | 'change' | 'reboot' | 'put-back' | 'start' | 'end' }
  /** The time until a read can show something new. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fail'; readonly failure: Failure }

/** The outcome that a change works towards, and the rules of its cloud. */
export interface Goal {
  /** True if the record shows the wanted key pair, or none after a detach. */
  isReached(record: InstanceRecord): boolean
  /** True if a name that was shown before the change means nothing: that key pair may have been deleted while in use. */
  readonly nameMayBeStale: boolean
  readonly instances: InstanceCapabilities
  /** True if a running instance that already has the wanted key pair is restarted: its guest may not accept the key yet. */
  readonly restartUnchanged: boolean
}

/** An instance, what it is to become, and the time of its record. */
interface Situation {
  readonly state: InstanceState
  readonly goal: Goal
  readonly now: number
}

function end(): Step {
  return { kind: 'end' }
}

function wait(): Step {
  return { kind: 'wait', ms: pollMs }
}

function changeOrStop(at: Situation): Step {
  if (isLeftAsIs(at)) return end()
  return { kind: changesRunning(at) && !detachesFirst(at.state) ? 'change' : 'stop' }
}

/**
 * Restarts an instance for its key to take effect. On a cloud that changes stopped instances only, an instance that runs
 * has started since its change.
 */
function restart(at: Situation): Step {
  if (isLeftAsIs(at) || !changesRunning(at)) return end()
  return { kind: at.goal.instances.restart === 'reboot' ? 'reboot' : 'stop' }
}

function detachOrChange({ state }: Situation): Step {
  return { kind: detachesFirst(state) ? 'detach' : 'change' }
}

function endIfItWasDown({ state }: Situation): Step {
  return state.stop === 'seen' ? end() : failStarted()
}

function failStarted(): Step {
  return fail('conflict', 'somebody started the instance meanwhile')
}

function failUnfit(): Step {
  return fail('instance-state', 'the instance is neither running nor stopped, nor on its way between the two')
}

function failForeign({ state }: Situation): Step {
  return { kind: 'fail', failure: changedByOthers(state.record) }
}

function awaitPower({ state: { lastSentAt }, now }: Situation): Step {
  if (now - lastSentAt < changedWithinMs || lastSentAt === -Infinity) return wait()
  return fail('timeout', 'the cloud did not stop or restart the instance in time')
}

/** Ends if the restart is over: it was seen to begin, or must have, and no other may come yet. */
function endIfBack(at: Situation): Step {
  const { seenDown, lastSentAt, isUnlisted } = at.state
  const hasBegun = seenDown || at.now - lastSentAt >= shownWithinMs
  if (!hasBegun || mayShowLate(at)) return awaitPower(at)
  return isUnlisted && !seenDown ? { kind: 'fail', failure: notSeenRestarting } : end()
}

/** Ends after a failure. An unanswered restart may still be carried out: then the instance is down, or will be. */
function endIfAnswered(at: Situation): Step {
  return at.state.restart === 'unanswered' && isUnsettled(at) ? waitUntilSettled(at) : end()
}

/** Ends after a failure, once a restart that was not answered is over. */
function endIfSettled(at: Situation): Step {
  if (at.state.restart !== 'unanswered') return end()
  return isUnsettled(at) ? waitUntilSettled(at) : awaitPower(at)
}

function endIfUp(at: Situation): Step {
  return isUp(at.state) && !mayShowLate(at) ? end() : wait()
}

function putBackOrStart(at: Situation): Step {
  const { state, goal, now } = at
  const isBare = hasNoKey(state) && !showsAnotherKey(state) && !isShown(state, goal)
  if (isBare && !showsFormer(state, now)) {
    const isUnclear = state.detach === 'unanswered' && state.record.keyPair !== undefined
    return isUnclear ? wait() : { kind: 'put-back' }
  }
  if (mayHaveLostKey(state)) {
    if (now - state.lastSentAt >= shownWithinMs) return { kind: 'put-back' }
    // Until then, the record may also be that of before the attach.
    if (state.putBack !== 'accepted') return wait()
  }
  if (mayLoseKey(state, now)) return wait()
  if (state.powerBefore === 'stopped' || state.restart === 'refused') return end()
  return state.restart === 'accepted' && now - state.lastSentAt < startedWithinMs ? wait() : { kind: 'start' }
}

function fail(code: 'instance-state' | 'conflict' | 'timeout', message: string): Step {
  return { kind: 'fail', failure: { code, message, transient: false } }
}

const notSeenRestarting: Failure = {
  code: 'invalid-response',
  message: "the cloud's answer to the reboot does not list the instance, which was not seen to restart",
  transient: false,
}

/** True while the cloud may still carry out an unanswered call. */
function isUnsettled({ state, now }: Situation): boolean {
  return now - state.unansweredAt < doneWithinMs
}

/** True while records may still begin to show an unanswered call: they show one that is carried out late even later. */
function mayShowLate({ state, now }: Situation): boolean {
  return now - state.unansweredAt < doneWithinMs + shownWithinMs
}

function waitUntilSettled({ state, now }: Situation): Step {
  return { kind: 'wait', ms: state.unansweredAt + doneWithinMs - now }
}

/** True if the instance has the wanted key pair, was not changed, and is not to be restarted for it. */
function isLeftAsIs({ state: { change, resumed, record }, goal }: Situation): boolean {
  return change === 'no' && !resumed && !goal.restartUnchanged && goal.isReached(record)
}

/** True if this cloud changes the key pair of a running instance. */
function changesRunning({ goal }: Situation): boolean {
  return goal.instances.power.includes('running')
}

function detachesFirst({ blocking, triesReplace, detach }: InstanceState): boolean {
  return blocking !== undefined && !triesReplace && detach === 'no'
}

/** True if the record is evidence that the goal is reached. */
export function isShown(state: InstanceState, goal: Goal): boolean {
  if (!goal.isReached(state.record)) return false
  return !goal.nameMayBeStale || state.change === 'accepted' || !goal.isReached(recordBefore(state))
}

/** True if the record shows a key pair that was bound neither by this operation nor before it. */
export function isChangedByOthers({ change, record, before, blocking }: InstanceState, goal: Goal): boolean {
  if (change !== 'accepted' || goal.isReached(record)) return false
  return !showSameKeyPairs(record, before) && !(blocking !== undefined && record.keyPair === undefined)
}

/** Makes the failure of an instance whose key pair somebody else changed. */
export function changedByOthers(record: InstanceRecord): Failure {
  const now = namesOf(boundKeyPairs(record)) || 'none'
  return refusal(
    'conflict',
    `somebody else changed the key pair of the instance to ${now}`,
    'Find out what changed the key pair, then run the operation again.',
  )
}

/** True if no key pair is bound although one was attached: an unanswered detach may have been carried out later. */
function mayHaveLostKey({ record, detach, unansweredAt }: InstanceState): boolean {
  return detach !== 'no' && unansweredAt !== -Infinity && record.keyPair === undefined
}

/**
 * True if a detach that was not answered may be carried out after the latest attach, and records may not show that yet. Of
 * an earlier run only the record is known: that run may have sent a detach if a key pair was in the way.
 */
function mayLoseKey({ detach, resumed, blocking, lastSentAt, unansweredAt }: InstanceState, now: number): boolean {
  const mayBeSent = detach !== 'no' || (resumed && blocking !== undefined)
  const isLaterBound = lastSentAt - unansweredAt >= doneWithinMs
  return mayBeSent && !isLaterBound && now - unansweredAt < doneWithinMs + shownWithinMs
}

/** True if the earlier key pair is bound, long enough after its detach that the record is not an old one. */
export function showsFormer(state: InstanceState, now: number): boolean {
  const { detach, lastSentAt, unansweredAt } = state
  // Records show a detach that is carried out late even later.
  if (detach === 'unanswered')
    return bindsFormer(state) && now - Math.max(lastSentAt, unansweredAt) >= doneWithinMs + shownWithinMs
  return bindsFormer(state) && now - lastSentAt >= doneWithinMs
}

/** True if the record shows the earlier key pair. */
export function bindsFormer({ record, before }: InstanceState): boolean {
  return record.keyPair !== undefined && record.keyPair.name === before.keyPair?.name
}
