import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord } from '../contract/driver.js'
import type { CloudFailure } from '../engine/batch-call.js'
import { conflict, quote } from '../engine/failures.js'
import { type InstanceState, isUp, hasNoKey, recordBefore } from './instance-state.js'

/** What a change is to come to, and what its cloud needs for it. */
export interface Goal {
  /** True if the record shows the key pair that is wanted, or none where none is. */
  isReached(record: InstanceRecord): boolean
  /** True if a record that showed it before is no evidence: the name may be that of a key pair that was deleted. */
  readonly nameMayBeStale: boolean
  readonly instances: InstanceCapabilities
  /** True if an instance that is as it should be is restarted, as its guest may not know yet. */
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
export function nextStep(state: InstanceState, goal: Goal, now: number): Step {
  if (state.failure !== undefined) return afterFailure(state, now)
  if (state.resumed && isUnsettled(state, now)) return waitUntilSettled(state, now)
  if (state.restart === 'accepted') return isBack(state, now) ? { kind: 'end' } : waitForPower(state, now)
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

function whileRunning(state: InstanceState, goal: Goal, now: number): Step {
  const { stop, change, resumed, power } = state
  const { changesRunning, proves, reboots } = waysOf(goal.instances)
  if (stop === 'accepted') return waitForPower(state, now)
  const isChanged = change === 'accepted' || isShown(state, goal)
  if (stop === 'seen' || power === 'stopped') {
    return isChanged && stop === 'seen'
      ? { kind: 'end' }
      : failStep('conflict', 'somebody started the instance meanwhile')
  }
  const isLeft = change === 'no' && !resumed && !goal.restartUnchanged
  if (isLeft && goal.isReached(state.record)) return { kind: 'end' }
  if (!isChanged) return { kind: changesRunning && !detachesFirst(state) ? 'change' : 'stop' }
  const shown = showsChange(state, goal, now)
  if (shown !== 'yes') return unshown(state, shown)
  if (proves) return { kind: 'end' }
  return { kind: reboots ? 'reboot' : 'stop' }
}

function whileStopped(state: InstanceState, goal: Goal, now: number): Step {
  if (state.change === 'accepted' || isShown(state, goal)) {
    const shown = showsChange(state, goal, now)
    return shown === 'yes' ? { kind: 'end' } : unshown(state, shown)
  }
  return { kind: detachesFirst(state) ? 'detach' : 'change' }
}

/**
 * A restart that was asked for without an answer may be under way, or come yet: then the instance is down, or will be,
 * whatever became of its change.
 */
function afterFailure(state: InstanceState, now: number): Step {
  const { restart, record } = state
  if (restart !== 'unanswered') return { kind: 'end' }
  if (isUnsettled(state, now)) return waitUntilSettled(state, now)
  const isUnderWay = record.power === 'rebooting' || record.power === 'stopping' || record.power === 'starting'
  return isUnderWay ? waitForPower(state, now) : { kind: 'end' }
}

/** True if work that was never answered may still be done. */
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
  if (now - lastSentAt < powerMs || lastSentAt === -Infinity) return wait
  return failStep('timeout', 'the cloud did not stop or restart it in time')
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

/** True if the record shows a key pair, or none, that it never had from us nor before us. */
export function isChangedByOthers({ change, record, keyPair, blocking }: InstanceState, goal: Goal): boolean {
  if (change !== 'accepted' || goal.isReached(record)) return false
  const isBefore = record.keyPair?.name === keyPair?.name && record.keyPair?.id === keyPair?.id
  return !isBefore && !(blocking !== undefined && record.keyPair === undefined)
}

function unshown(state: InstanceState, shown: 'late' | 'other'): Step {
  return shown === 'late' ? wait : { kind: 'fail', failure: changedByOthers(state.record) }
}

/** Why an instance whose key somebody else changed meanwhile is no success. */
export function changedByOthers({ keyPair }: InstanceRecord): CloudFailure {
  const now = keyPair === undefined ? 'none' : quote(keyPair.name ?? keyPair.id ?? '')
  return conflict(`somebody else changed its key pair meanwhile, to ${now}`, 'Find out who, and do it again.')
}

/**
 * The way home: a key for an instance that has none, and a start for one that was running. Nothing is started while work
 * that was never answered may still be done.
 */
export function nextRepairStep(state: InstanceState, goal: Goal, now: number): Step {
  const { record, power, unansweredAt, restart, lastSentAt } = state
  if (record.power === 'other') return { kind: 'end' }
  // What was never answered may still undo what is done now.
  if (isUnsettled(state, now)) return waitUntilSettled(state, now)
  // A stop that is carried out last of all is seen later still.
  const mayShowLate = now - unansweredAt < doneWithinMs + shownWithinMs
  if (record.power !== 'stopped') return isUp(state) && !mayShowLate ? { kind: 'end' } : wait
  if (hasNoKey(state) && !isShown(state, goal) && !showsFormer(state, now)) return { kind: 'put-back' }
  if (startsWithoutKey(state, now)) return { kind: 'put-back' }
  if (power === 'stopped') return { kind: 'end' }
  if (restart === 'accepted' && now - lastSentAt < startedWithinMs) return wait
  return { kind: 'start' }
}

/** True if no key pair is bound although one was attached since: a detach that was not answered came after it. */
function startsWithoutKey({ record, detach, unansweredAt, lastSentAt }: InstanceState, now: number): boolean {
  const isDoubted = detach !== 'no' && unansweredAt !== -Infinity
  return isDoubted && record.keyPair === undefined && now - lastSentAt >= shownWithinMs
}

/** True if the key pair of before is bound after all, long enough after its detach to be no old news. */
function showsFormer({ record, keyPair, lastSentAt }: InstanceState, now: number): boolean {
  const isBound = record.keyPair !== undefined && record.keyPair.name === keyPair?.name
  return isBound && now - lastSentAt >= doneWithinMs
}

function failStep(code: 'instance-state' | 'conflict' | 'timeout', message: string): Step {
  return { kind: 'fail', failure: { code, message, transient: false } }
}
