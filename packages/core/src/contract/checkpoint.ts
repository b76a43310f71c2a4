import type { Location } from './driver.js'

/**
 * How far an operation that restarts instances has come, written before the calls that it describes: plain JSON, without
 * secrets. Give the latest as `resume`, and what an earlier run left undone is done, and what it left stopped is started.
 */
export interface Checkpoint extends Location {
  readonly version: 1
  readonly operation: 'attach' | 'detach' | 'rotate'
  readonly provider: string
  /** The key pair that is attached or detached; of a rotation the new one, by its name alone until it is in place. */
  readonly keyPair: CheckpointKeyPair
  /** The key pair that a rotation replaces. */
  readonly replaced?: CheckpointKeyPair
  readonly instances: readonly CheckpointInstance[]
}

export interface CheckpointKeyPair {
  readonly name: string
  readonly id?: string
  readonly fingerprint?: string
}

export interface CheckpointInstance {
  readonly id: string
  /** What it was before it was touched. One that was running is owed a start. */
  readonly power: 'running' | 'stopped'
  /** What was bound before it was touched. */
  readonly keyPair: { readonly name?: string; readonly id?: string } | null
  /**
   * `waiting`: not touched. `in-progress`: perhaps. `done`: it has what it was to get, and was restarted if it was
   * running.
   */
  readonly step: 'waiting' | 'in-progress' | 'done'
}
