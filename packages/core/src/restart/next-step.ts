import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import { type Failure, refusal } from '../errors/failures.js'
import { changedWithinMs, doneWithinMs, pollMs, shownWithinMs, startedWithinMs } from '../engine/waiting-times.js'
import { boundKeyPairs, namesOf, showSameKeyPairs } from '../lookup/bound-key-pairs.js'
import { type InstanceState, isUp, hasNoKey, recordBefore, showsAnotherKey } from './instance-state.js'

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

/** The next step of an instance. `end`: no further step. */
export type Step =
  | { readonly kind: 'stop' | 'detach' | 'change' | 'reboot' | 'put-back' | 'start' | 'end' }
  /** The time until a read can show something new. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fail'; readonly failure: Failure }

const wait: Step = { kind: 'wait', ms: pollMs }

/**
 * Returns the next step of a change, until the key is changed and the instance is ready to start, or is restarted by a
 * reboot. Pure: the record was read at `now`.
 */
export function nextStep(state: InstanceState, goal: Goal, now: number): Step {
  if (state.failure !== undefined) return afterFailure(state, now)
  if (state.resumed && isUnsettled(state, now)) return waitUntilSettled(state, now)
  if (state.restart === 'accepted') return whileRestarting(state, now)
  switch (state.record.power) {
    case 'running':
      return whileRunning(state, goal, now)
    case 'stopped':
      return whileStopped(state, goal, now)
    case 'stopping':
    case 'starting':
    case 'rebooting':
      return waitForPower(state, now)
    case 'other':
      return failStep('instance-state', 'the instance is neither running nor stopped, nor on its way between the two')
  }
}

function whileRestarting(state: InstanceState, now: number): Step {
  if (isBack(state, now)) {
    return state.isUnlisted && !state.seenDown ? { kind: 'fail', failure: notSeenRestarting } : { kind: 'end' }
  }
  return waitForPower(state, now)
}

const notSeenRestarting: Failure = {
  code: 'invalid-response',
  message: "the cloud's answer to the reboot does not list the instance, which was not seen to restart",
  transient: false,
}

function whileRunning(state: InstanceState, goal: Goal, now: number): Step {
  const { stop, change, resumed, power } = state
  const { changesRunning, runningMeansRestarted, reboots } = waysOf(goal.instances)
  if (stop === 'accepted') return waitForPower(state, now)
  const isChanged = change === 'accepted' || isShown(state, goal)
  if (stop === 'seen' || power === 'stopped') {
    return isChanged && stop === 'seen'
      ? { kind: 'end' }
      : failStep('conflict', 'somebody started the instance meanwhile')
  }
  const isLeftAsIs = change === 'no' && !resumed && !goal.restartUnchanged
  if (isLeftAsIs && goal.isReached(state.record)) return { kind: 'end' }
  if (!isChanged) return { kind: changesRunning && !detachesFirst(state) ? 'change' : 'stop' }
  const shown = showsChange(state, goal, now)
  if (shown !== 'yes') return stepWhileUnshown(state, shown)
  if (runningMeansRestarted) return { kind: 'end' }
  return { kind: reboots ? 'reboot' : 'stop' }
}

function whileStopped(state: InstanceState, goal: Goal, now: number): Step {
  if (state.change === 'accepted' || isShown(state, goal)) {
    const shown = showsChange(state, goal, now)
    return shown === 'yes' ? { kind: 'end' } : stepWhileUnshown(state, shown)
  }
  return { kind: detachesFirst(state) ? 'detach' : 'change' }
}

/**
 * Returns the step after a failure. An unanswered restart may still be carried out: then the instance is down, or will be,
 * whatever the result of its change.
 */
function afterFailure(state: InstanceState, now: number): Step {
  const { restart, record } = state
  if (restart !== 'unanswered') return { kind: 'end' }
  if (isUnsettled(state, now)) return waitUntilSettled(state, now)
  const isUnderWay = record.power === 'rebooting' || record.power === 'stopping' || record.power === 'starting'
  return isUnderWay ? waitForPower(state, now) : { kind: 'end' }
}

/** True while the cloud may still carry out an unanswered call. */
function isUnsettled({ unansweredAt }: InstanceState, now: number): boolean {
  return now - unansweredAt < doneWithinMs
}

function waitUntilSettled({ unansweredAt }: InstanceState, now: number): Step {
  return { kind: 'wait', ms: unansweredAt + doneWithinMs - now }
}

/** True if a restart that was accepted is over: it was seen to begin, or must have, and no other may come yet. */
function isBack({ seenDown, lastSentAt, unansweredAt, record: { power } }: InstanceState, now: number): boolean {
  const hasBegun = seenDown || now - lastSentAt >= shownWithinMs
  return power === 'running' && hasBegun && now - unansweredAt >= doneWithinMs
}

function detachesFirst({ blocking, triesReplace, detach }: InstanceState): boolean {
  return blocking !== undefined && !triesReplace && detach === 'no'
}

function waitForPower({ lastSentAt }: InstanceState, now: number): Step {
  if (now - lastSentAt < changedWithinMs || lastSentAt === -Infinity) return wait
  return failStep('timeout', 'the cloud did not stop or restart the instance in time')
}

/** Returns how this cloud changes the key pair of a running instance. */
function waysOf({
  power,
  restart,
}: InstanceCapabilities): Readonly<Record<'changesRunning' | 'runningMeansRestarted' | 'reboots', boolean>> {
  const changesRunning = power.includes('running')
  // If only stopped instances are changed, a running one has started since its change.
  return { changesRunning, runningMeansRestarted: !changesRunning, reboots: restart === 'reboot' }
}

/** True if the record is evidence that the goal is reached. */
export function isShown(state: InstanceState, goal: Goal): boolean {
  if (!goal.isReached(state.record)) return false
  return !goal.nameMayBeStale || state.change === 'accepted' || !goal.isReached(recordBefore(state))
}

/** True if the record shows the change. `late`: it may yet; after a while the cloud's word on the change is enough. */
function showsChange(state: InstanceState, goal: Goal, now: number): 'yes' | 'late' | 'other' {
  if (goal.isReached(state.record)) return 'yes'
  if (isChangedByOthers(state, goal)) return 'other'
  return now - state.lastSentAt < shownWithinMs ? 'late' : 'yes'
}

/** True if the record shows a key pair that was bound neither by this operation nor before it. */
export function isChangedByOthers({ change, record, before, blocking }: InstanceState, goal: Goal): boolean {
  if (change !== 'accepted' || goal.isReached(record)) return false
  return !showSameKeyPairs(record, before) && !(blocking !== undefined && record.keyPair === undefined)
}

function stepWhileUnshown(state: InstanceState, shown: 'late' | 'other'): Step {
  return shown === 'late' ? wait : { kind: 'fail', failure: changedByOthers(state.record) }
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

/**
 * Returns the next step of a repair: a key for an instance without one, and a start for one that was running. No instance
 * is started while an unanswered call may still take effect.
 */
export function nextRepairStep(state: InstanceState, goal: Goal, now: number): Step {
  const { record, power, unansweredAt, restart, lastSentAt } = state
  if (record.power === 'other') return { kind: 'end' }
  // An unanswered call may still undo this step.
  if (isUnsettled(state, now)) return waitUntilSettled(state, now)
  // Records show a stop that is carried out late even later.
  const mayShowLate = now - unansweredAt < doneWithinMs + shownWithinMs
  if (record.power !== 'stopped') return isUp(state) && !mayShowLate ? { kind: 'end' } : wait
  const isBare = hasNoKey(state) && !showsAnotherKey(state)
  if (isBare && !isShown(state, goal) && !showsFormer(state, now)) return { kind: 'put-back' }
  if (startsWithoutKey(state, now)) return { kind: 'put-back' }
  if (power === 'stopped' || restart === 'refused') return { kind: 'end' }
  if (restart === 'accepted' && now - lastSentAt < startedWithinMs) return wait
  return { kind: 'start' }
}

/** True if no key pair is bound although one was attached: an unanswered detach was carried out later. */
function startsWithoutKey({ record, detach, unansweredAt, lastSentAt }: InstanceState, now: number): boolean {
  const wasUnanswered = detach !== 'no' && unansweredAt !== -Infinity
  return wasUnanswered && record.keyPair === undefined && now - lastSentAt >= shownWithinMs
}

/** True if the earlier key pair is bound, long enough after its detach that the record is not an old one. */
function showsFormer({ record, before, lastSentAt }: InstanceState, now: number): boolean {
  const isBound = record.keyPair !== undefined && record.keyPair.name === before.keyPair?.name
  return isBound && now - lastSentAt >= doneWithinMs
}

function failStep(code: 'instance-state' | 'conflict' | 'timeout', message: string): Step {
  return { kind: 'fail', failure: { code, message, transient: false } }
}
