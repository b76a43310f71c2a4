import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { PowerState } from '../contract/key-pair.js'
import type { BatchCall } from '../engine/batch-call.js'
import { type Failure, noOutcome } from '../errors/failures.js'
import { failureOfTask, boundKeyPairs, showing, type ShownKeyPairs } from '../lookup/instance-record.js'
import { shownBefore } from './checkpoint-writer.js'

/** The status of a call to the cloud. */
type SendStatus = 'no' | 'unanswered' | 'accepted'

/** The state of one instance before a change with restarts, and what was done since. */
export interface InstanceState {
  readonly id: string
  /** The power before the change, which the instance must have again after it. */
  readonly powerBefore: 'running' | 'stopped'
  /** The key pairs that were bound before the change. */
  readonly before: ShownKeyPairs
  /** The key pair that has to be detached first, if the cloud may not replace it. */
  readonly blocking: KeyPairHandle | undefined
  /** True if it is attached over the replaced key pair first, as the cloud may replace it after all. */
  readonly triesReplace: boolean
  /** True if the instance was in progress in an earlier run, and nothing else is known of that run. */
  readonly resumed: boolean
  readonly stop: SendStatus | 'seen'
  readonly detach: SendStatus
  readonly change: SendStatus
  readonly putBack: SendStatus
  /** The reboot, or the start after a stop. `refused`: the cloud definitely refuses the start, now and later. */
  readonly restart: SendStatus | 'refused'
  /** True if the answer to the reboot did not list the instance: only what reads show counts. */
  readonly isUnlisted: boolean
  /** True if it was seen not to run since the latest reboot or start was sent. */
  readonly seenDown: boolean
  /** The task of the latest accepted call, if the cloud goes on with one. */
  readonly task?: string | undefined
  /** The time of the latest call. `-Infinity`: there was none. */
  readonly lastSentAt: number
  /** The time of the latest unanswered stop or detach, or of a resume: the cloud may still carry out the call. */
  readonly unansweredAt: number
  /** The `unansweredAt` of the latest wait that was reported. */
  readonly toldWaitSince?: number | undefined
  /** The reason that the change goes no further. From then on only repair continues. */
  readonly failure?: Failure
  /** The latest failure of a repair. */
  readonly repairFailure?: Failure
  /** The latest record. */
  readonly record: InstanceRecord
}

/** Makes the state of an instance that was just read. */
export function newState(
  record: InstanceRecord,
  powerBefore: InstanceState['powerBefore'],
  blocking: KeyPairHandle | undefined,
  { replaces }: Pick<InstanceCapabilities, 'replaces'>,
): InstanceState {
  return {
    id: record.id,
    powerBefore,
    before: showing(boundKeyPairs(record)),
    blocking,
    triesReplace: replaces === 'undocumented',
    resumed: false,
    stop: 'no',
    detach: 'no',
    change: 'no',
    putBack: 'no',
    restart: 'no',
    isUnlisted: false,
    seenDown: false,
    lastSentAt: -Infinity,
    unansweredAt: -Infinity,
    record,
  }
}

/** Returns the record as it was before the change. */
export function recordBefore({ id, powerBefore, before }: InstanceState): InstanceRecord {
  return { id, power: powerBefore, ...before }
}

/** Returns what is known of an instance after the cloud accepted a call, until the next read. */
export function afterAccepted(state: InstanceState, call: BatchCall['call']): Pick<InstanceState, 'record' | 'stop'> {
  const { record, stop } = state
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

/** Makes the state of an instance that an earlier run had in progress. */
export function resumedState(
  record: InstanceRecord,
  before: CheckpointInstance,
  blocking: KeyPairHandle | undefined,
  capabilities: Pick<InstanceCapabilities, 'replaces'>,
  now: number,
): InstanceState {
  // One that was stopped then and is not now was started by somebody: it is to run afterwards.
  const powerBefore = before.power === 'running' || record.power !== 'stopped' ? 'running' : 'stopped'
  return {
    ...newState(record, powerBefore, blocking, capabilities),
    before: shownBefore(before),
    // The statuses of calls are those of this run: they stay `no`, whatever the earlier run sent.
    resumed: true,
    detach: detachedBefore(record, blocking),
    lastSentAt: now,
    // The cloud may still carry out the latest call of that run, and the record may show the earlier state.
    unansweredAt: now,
  }
}

/** Returns the state after another read. */
export function afterRead(state: InstanceState, record: InstanceRecord): InstanceState {
  const { stop, resumed, detach, change, blocking, restart } = state
  const isInferred = resumed && detach !== 'accepted' && change === 'no'
  return {
    ...state,
    record,
    seenDown: state.seenDown || (restart !== 'no' && record.power !== 'running'),
    stop: stop !== 'no' && down.includes(record.power) ? 'seen' : stop,
    detach: isInferred ? detachedBefore(record, blocking) : detach,
    // Last, as a failure takes an accepted stop back.
    ...failedLater(state, record),
  }
}

/** Returns what becomes of a state if the cloud says that the latest call failed after it was accepted. */
function failedLater({ stop, restart, failure, task }: InstanceState, record: InstanceRecord): Partial<InstanceState> {
  const reason = failureOfTask(record, task)
  if (reason === undefined) return {}
  // A start is sent again, and may succeed then.
  if (restart === 'accepted' && stop !== 'no') return { repairFailure: reason }
  return { failure: failure ?? reason, ...(stop === 'accepted' && { stop: 'no' }) }
}

/** Returns `unanswered` if the blocking key pair is not bound any more: an earlier run detached it. */
function detachedBefore(record: InstanceRecord, blocking: KeyPairHandle | undefined): SendStatus {
  return blocking !== undefined && record.keyPair === undefined ? 'unanswered' : 'no'
}

/** True if the instance needs a start, a key pair, or a read after an unanswered stop or detach. */
export function needsRepair(state: InstanceState): boolean {
  const { powerBefore, stop, detach, restart, resumed, record, unansweredAt } = state
  if (hasNoKey(state) || stop === 'unanswered') return true
  // A detach that is carried out late may take the new key pair.
  if (powerBefore === 'stopped') return detach !== 'no' && unansweredAt !== -Infinity
  if (isUp(state)) return false
  return stop !== 'no' || resumed || (restart === 'accepted' && record.power === 'stopped')
}

/** True if the key pair was detached and no other one was attached. */
export function hasNoKey({ detach, change, putBack }: InstanceState): boolean {
  return detach !== 'no' && change !== 'accepted' && putBack !== 'accepted'
}

/** True if the record shows a key pair that was not bound before the change: an instance that starts has a key. */
export function showsAnotherKey({ record, before }: InstanceState): boolean {
  return record.keyPair !== undefined && record.keyPair.name !== before.keyPair?.name
}

/** True if the instance runs. After an accepted stop, a record that says "running" is an old one. */
export function isUp({ stop, record }: InstanceState): boolean {
  return record.power === 'running' && stop !== 'accepted'
}

/** The instances of one wave, by id. */
export type InstanceStates = Map<string, InstanceState>

export function updateState(states: InstanceStates, id: string, change: (state: InstanceState) => InstanceState): void {
  const state = states.get(id)
  if (state !== undefined) states.set(id, change(state))
}

/**
 * Marks everything that may have been sent to an instance as unanswered. After a defect nothing else is known of it, so it
 * is repaired like an instance whose calls were lost.
 */
export function setAllUnanswered(states: InstanceStates, now: number): void {
  for (const [id, state] of states) {
    const { powerBefore, stop, detach, blocking, change } = state
    states.set(id, {
      ...state,
      failure: state.failure ?? noOutcome,
      stop: powerBefore === 'running' && stop === 'no' ? 'unanswered' : stop,
      detach: blocking !== undefined && detach === 'no' ? 'unanswered' : detach,
      change: change === 'no' ? 'unanswered' : change,
      unansweredAt: now,
    })
  }
}

/** Sets the failure of an instance, unless it has one. */
export function setFailure(states: InstanceStates, id: string, failure: Failure): void {
  updateState(states, id, (state) => ({ ...state, failure: state.failure ?? failure }))
}
