import { boundNameOf, type ChangeRules, unknownHint } from '../attachment/key-change.js'
import type { InstanceItem } from '../contract/batch.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { PowerState } from '../contract/key-pair.js'
import { type Failure, noOutcome, type Subject } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { toError, onInstance } from '../errors/to-error.js'
import { shownBefore } from './checkpoint-writer.js'
import { type InstanceState, isUp, hasNoKey, recordBefore, showsAnotherKey } from './instance-state.js'
import { type Goal, isShown } from './next-step.js'

/** True if an instance that was running may have been stopped and was not seen running again. */
export function isLeftStopped(state: InstanceState): boolean {
  const { powerBefore, stop, restart, resumed } = state
  const isTouched = stop !== 'no' || restart !== 'no' || resumed
  return powerBefore === 'running' && isTouched && !isUp(state)
}

/** Makes the item of an instance that was not changed. */
export function refusedItem({ itemError }: Operation, id: string, failure: Failure): InstanceItem {
  return { id, status: 'failed', error: itemError(id, failure, { outcome: 'none' }) }
}

/** Makes the item of an instance whose outcome a defect lost: it may have been changed. */
export function lostItem({ subject }: Operation, id: string): InstanceItem {
  const about = onInstance(subject, id)
  return { id, status: 'unknown', error: toError(about, noOutcome, { outcome: 'unknown', hint: unknownHint }) }
}

/**
 * Makes the item of an instance that an earlier run finished. An instance that was stopped then and runs now has
 * started since.
 */
export function itemFromCheckpoint(
  earlier: CheckpointInstance,
  powerNow: PowerState | undefined,
  goal: Goal,
  rules: ChangeRules,
): InstanceItem {
  const { id, power } = earlier
  const before: InstanceRecord = { id, power, ...shownBefore(earlier) }
  const changed = !goal.isReached(before)
  const replaced = changed ? rules.replacedBy(before) : {}
  const effect = power === 'running' || powerNow === 'running' ? 'now' : 'at-next-start'
  return { id, status: 'succeeded', changed, effect, ...replaced }
}

/** Makes the item of an instance, once no step is left. */
export function restartItem(subject: Subject, state: InstanceState, goal: Goal, rules: ChangeRules): InstanceItem {
  const { id, powerBefore, record, change, restart, stop } = state
  const isBack = powerBefore === 'running' ? isUp(state) : record.power === 'stopped'
  if (state.failure === undefined && isBack) {
    const before = recordBefore(state)
    const changed = change === 'accepted' || (state.resumed && !goal.isReached(before))
    // A cloud that changes stopped instances only shows the key pair of a running one if that one has started with it.
    const isInEffect =
      restart === 'accepted' || stop !== 'no' || (!goal.instances.power.includes('running') && isShown(state, goal))
    const replaced = changed ? rules.replacedBy(before) : {}
    const effect = powerBefore === 'running' && isInEffect ? 'now' : 'at-next-start'
    return { id, status: 'succeeded', changed, effect, ...replaced }
  }
  return failedItem(subject, state, goal, state.failure ?? state.repairFailure ?? notSeenRunning)
}

function failedItem(subject: Subject, state: InstanceState, goal: Goal, failure: Failure): InstanceItem {
  const { id, record, change, stop } = state
  const about = onInstance(subject, id)
  // The states in which the cloud takes a change are not those in which it takes a start.
  const allowed = state.failure === undefined ? [] : goal.instances.power
  const known = { power: record.power, allowed, actual: boundNameOf(record) }
  const isLost = failure === noOutcome
  const isUnanswered = isLost || (change === 'unanswered' && !isShown(state, goal)) || stop === 'unanswered'
  if (isUnanswered) {
    const first = stop === 'unanswered' ? stopHint : isLost ? hintOf(state, goal) : undefined
    const hint = first === undefined ? unknownHint : `${first} ${unknownHint}`
    return { id, status: 'unknown', error: toError(about, failure, { ...known, outcome: 'unknown', hint }) }
  }
  const hint = hintOf(state, goal)
  const isTouched = hint !== undefined || change !== 'no' || state.restart === 'unanswered'
  const error = toError(about, failure, { ...known, outcome: isTouched ? 'partial' : 'none', hint })
  return { id, status: 'failed', error }
}

/** Returns the remedy for an instance that is not in its earlier state. */
function hintOf(state: InstanceState, goal: Goal): string | undefined {
  const isChanged = state.change === 'unanswered' && isShown(state, goal)
  const isBare = hasNoKey(state) && !isChanged
  if (isBare && showsAnotherKey(state)) return otherKeyHint
  if (isBare) return 'No key pair is bound to the instance: attach one before you start it.'
  if (isLeftStopped(state)) return state.record.power === 'rebooting' ? hangingHint : stoppedHint
  if (state.change === 'no') return undefined
  return 'The key pair was changed, and the guest may not accept it yet: restart the instance.'
}

const otherKeyHint = 'Somebody attached another key pair meanwhile. The one before is not attached again.'
const stoppedHint = 'The instance was running, and was not seen running again: start it.'
const hangingHint = 'The instance was running, and its reboot was not seen to end: check that it runs.'
const stopHint = 'A stop was sent and never answered: check that the instance runs.'

const notSeenRunning: Failure = {
  code: 'timeout',
  message: 'the instance was not seen running in time',
  transient: false,
}
