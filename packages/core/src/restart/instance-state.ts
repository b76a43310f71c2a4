import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CheckpointInstance } from '../contract/checkpoint.js'
import type { InstanceRecord, KeyPairHandle } from '../contract/driver.js'
import type { PowerState } from '../contract/key-pair.js'
import type { BatchCall } from '../engine/batch-call.js'
import type { Failure } from '../engine/failures.js'

/** How far something that was asked of the cloud has come. */
type SendStatus = 'no' | 'unanswered' | 'accepted'

/** What one instance was, and what was done to it since, on its way through a change that restarts it. */
export interface InstanceState {
  readonly id: string
  /** What it was before anything was done, and is to be again. */
  readonly power: 'running' | 'stopped'
  /** The key pair that was bound before anything was done. */
  readonly keyPair: InstanceRecord['keyPair']
  /** The key pair that has to be detached first, where the cloud may not replace it. */
  readonly blocking: KeyPairHandle | undefined
  /** True if it is attached over the replaced key pair first, as the cloud may replace it after all. */
  readonly triesReplace: boolean
  /** True if an earlier run began with it, of which nothing else is known. */
  readonly resumed: boolean
  readonly stop: SendStatus | 'seen'
  readonly detach: SendStatus
  readonly change: SendStatus
  readonly putBack: SendStatus
  /** The reboot, or the start after a stop. */
  readonly restart: SendStatus
  /** True if it was seen not to run since then. */
  readonly seenDown: boolean
  /** When the latest of these was asked for. */
  readonly lastSentAt: number
  /** When a stop or a detach was last sent without an answer, or taken up from an earlier run: it may still be done. */
  readonly unansweredAt: number
  /** Why it goes no further; from then on only what is owed is done. */
  readonly failure?: Failure
  /** Why it did not get what it is owed, the last time. */
  readonly repairFailure?: Failure
  /** As it was last read. */
  readonly record: InstanceRecord
}

/** The state of an instance that was just read. */
export function newState(
  record: InstanceRecord,
  power: InstanceState['power'],
  blocking: KeyPairHandle | undefined,
  { replaces }: Pick<InstanceCapabilities, 'replaces'>,
): InstanceState {
  return {
    id: record.id,
    power,
    keyPair: record.keyPair,
    blocking,
    triesReplace: replaces === 'undocumented',
    resumed: false,
    stop: 'no',
    detach: 'no',
    change: 'no',
    putBack: 'no',
    restart: 'no',
    seenDown: false,
    lastSentAt: -Infinity,
    unansweredAt: -Infinity,
    record,
  }
}

/** What the cloud's records had before anything was done. */
export function recordBefore({ id, power, keyPair }: InstanceState): InstanceRecord {
  return { id, power, ...(keyPair && { keyPair }) }
}

/** What is known of an instance of which the cloud just took a call, until it is read again. */
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

/** The state of an instance that an earlier run began with. */
export function resumedState(
  record: InstanceRecord,
  before: CheckpointInstance,
  blocking: KeyPairHandle | undefined,
  capabilities: Pick<InstanceCapabilities, 'replaces'>,
  now: number,
): InstanceState {
  const power = before.power === 'running' || record.power !== 'stopped' ? 'running' : 'stopped'
  return {
    ...newState(record, power, blocking, capabilities),
    keyPair: before.keyPair ?? undefined,
    resumed: true,
    detach: detachedBefore(record, blocking),
    lastSentAt: now,
    // What that run sent last may still be done, and the record may still show what was before.
    unansweredAt: now,
  }
}

/** The state of an instance that was read again. */
export function afterRead(state: InstanceState, record: InstanceRecord): InstanceState {
  const { stop, resumed, detach, change, blocking, restart } = state
  const isInferred = resumed && detach !== 'accepted' && change === 'no'
  return {
    ...state,
    record,
    seenDown: state.seenDown || (restart !== 'no' && record.power !== 'running'),
    stop: stop !== 'no' && down.includes(record.power) ? 'seen' : stop,
    detach: isInferred ? detachedBefore(record, blocking) : detach,
  }
}

/** Where nothing is bound in place of the key pair that has to be detached first, an earlier run detached it. */
function detachedBefore(record: InstanceRecord, blocking: KeyPairHandle | undefined): SendStatus {
  return blocking !== undefined && record.keyPair === undefined ? 'unanswered' : 'no'
}

/** True if something is owed to it, whatever became of the change: a start, a key, or a look after a stop in doubt. */
export function needsRepair(state: InstanceState): boolean {
  const { power, stop, restart, resumed, record } = state
  if (hasNoKey(state) || stop === 'unanswered') return true
  if (power === 'stopped' || isUp(state)) return false
  return stop !== 'no' || resumed || (restart === 'accepted' && record.power === 'stopped')
}

/** True if it was detached from its key pair and got no other. */
export function hasNoKey({ detach, change, putBack }: InstanceState): boolean {
  return detach !== 'no' && change !== 'accepted' && putBack !== 'accepted'
}

/** True if it runs. After a stop that was accepted, a record that still says so is an old one. */
export function isUp({ stop, record }: InstanceState): boolean {
  return record.power === 'running' && stop !== 'accepted'
}

/** The instances of one wave, by id. */
export type InstanceStates = Map<string, InstanceState>

export function updateState(states: InstanceStates, id: string, change: (state: InstanceState) => InstanceState): void {
  const state = states.get(id)
  if (state !== undefined) states.set(id, change(state))
}

/** The first failure counts. */
export function setFailure(states: InstanceStates, id: string, failure: Failure): void {
  updateState(states, id, (state) => ({ ...state, failure: state.failure ?? failure }))
}
