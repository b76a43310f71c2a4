import type { Location } from './key-pair-driver.js'
import type { BoundKeyPair } from './key-pair.js'

/**
 * The progress of an operation that restarts instances, written before the calls that it describes: plain JSON without
 * secrets. A run with the latest checkpoint as `resume` finishes the work and starts the instances that were left stopped.
 */
export interface Checkpoint extends Location {
  readonly version: 1
  readonly operation: 'attach' | 'detach' | 'rotate'
  readonly provider: string
  /** The key pair that is attached or detached. For a rotation, the new one, with only its name until it exists. */
  readonly keyPair: CheckpointKeyPair
  /** The key pair that a rotation replaces. */
  readonly replaced?: CheckpointKeyPair
  readonly instances: readonly CheckpointInstance[]
}

/** The difference between a checkpoint and the last one that was stored. */
export interface CheckpointUpdate {
  readonly changed: readonly CheckpointInstance[]
}

export interface CheckpointKeyPair {
  readonly name: string
  readonly id?: string
  readonly fingerprint?: string
}

export interface CheckpointInstance {
  readonly id: string
  /** The power before the operation. An instance that was running must run again. */
  readonly power: 'running' | 'stopped'
  /** The key pair that was bound before the operation. */
  readonly keyPair: BoundKeyPair | null
  /** Further key pairs that were bound; absent if there were none. */
  readonly alsoBound?: readonly BoundKeyPair[]
  /**
   * `waiting`: not touched. `in-progress`: perhaps. `done`: it has what it was to get, and was restarted if it was
   * running.
   */
  readonly step: 'waiting' | 'in-progress' | 'done'
}
