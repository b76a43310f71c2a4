import type { Checkpoint, CheckpointInstance, CheckpointKeyPair, CheckpointUpdate } from './checkpoint.js'
import type { KeyPairErrorCode } from './error.js'
import type { Location } from './key-pair-driver.js'
import type { KeyPairReference } from './key-pair.js'
import type { NewKeyPair, OperationOptions, ProgressEvent } from './options.js'

/**
 * Options of an attach or a detach. The options other than `takeEffect` apply only with `takeEffect: 'now'`. Otherwise
 * they are ignored, except `check`, `onCheckpoint`, `resume` and `expect`, which throw a `TypeError`.
 */
export interface ChangeOptions extends OperationOptions {
  /**
   * `next-restart`: no instance is stopped or started, and the guest follows at its next start. `now`: running instances
   * are restarted in the way of their cloud: rebooted after the change, or stopped, changed and started. Default:
   * `next-restart`.
   */
  readonly takeEffect?: 'next-restart' | 'now' | undefined
  /** The largest number of instances that this operation may have down at once. Default: 1. */
  readonly maxUnavailable?: number | undefined
  /** Cuts the power instead of asking the guest to stop. Data that the guest has not written is lost. Default: false. */
  readonly force?: boolean | undefined
  /**
   * True if a running instance is restarted even if its key pair is as it should be. The cloud does not tell what its guest
   * accepts: a restart may still be due. With `false` the item's `effect` is `at-next-start`. Default: true.
   */
  readonly restartUnchanged?: boolean | undefined
  /**
   * The longest time for starting stopped instances again, in milliseconds. Neither `deadlineMs` nor `signal` shortens
   * it. If a stop or a detach was not answered, or an earlier run had the instance in progress, the instance is started
   * 60,000 ms later at the earliest: a shorter time leaves it stopped, and named in `leftStopped`. Default: 300,000.
   */
  readonly repairDeadlineMs?: number | undefined
  /**
   * Checks each running instance of a wave after its restart, for example by a login. A rejection fails the item, and no
   * further wave starts. The same happens if the deadline or `signal` ends the check, or leaves no time for it. The
   * message of a rejection becomes part of an error, so it must contain no secret.
   */
  readonly check?: ((instanceId: string, signal: AbortSignal) => Promise<void>) | undefined
  /**
   * Stores a checkpoint durably in place of the earlier one. Awaited before the calls of each wave, and after them.
   * `changed` has the instances that are new, or differ from the last checkpoint that was stored: a program that appends to
   * a log writes these alone. `checkpointFile` of `@cloud-keypair/core/file` is one. If it rejects, the calls are not made
   * (`storage`). The message of a rejection becomes part of an error, so it must contain no secret.
   */
  readonly onCheckpoint?: ((checkpoint: Checkpoint, update: CheckpointUpdate) => Promise<void>) | undefined
  /**
   * The latest checkpoint of an earlier run. Instances in progress come first, and those that were running are started if
   * they are stopped, even if the key pair is gone. A checkpoint of another operation, provider, region, endpoint or key
   * pair is `conflict`, and so is one with an instance in progress that is not given. One that is not as it was written is
   * `invalid-argument`. Then nothing is changed.
   */
  readonly resume?: Checkpoint | undefined
  /**
   * A plan of the same request. The operation plans again first, for at most 300,000 ms. If the world differs from the
   * plan, the error is `conflict`. An edited plan, or a plan of another request, is `invalid-argument`. Nothing was changed
   * then. With `resume` it is a `TypeError`: an interrupted run has already changed the world.
   */
  readonly expect?: Plan | undefined
  /** Receives the progress of the operation. An error that it throws becomes a warning of the process. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined
}

/** The request that a plan is made for: plain JSON. */
export type PlanRequest = ChangeRequest | RotateRequest

/** An attach or a detach that takes effect `now`. */
export interface ChangeRequest extends Pick<ChangeOptions, 'maxUnavailable' | 'force' | 'restartUnchanged'> {
  readonly operation: 'attach' | 'detach'
  readonly keyPair: KeyPairReference
  readonly instanceIds: readonly string[]
  /** For an attach. */
  readonly onlyIfVacant?: boolean | undefined
}

/** A rotation. Without `publicKey`, the rotation generates its key and takes `save`. */
export interface RotateRequest extends NewKeyPair, Pick<ChangeOptions, 'maxUnavailable' | 'force'> {
  readonly operation: 'rotate'
  readonly replaced: KeyPairReference
  readonly publicKey?: string | undefined
}

/** The calls that an operation would make in the world as it was read: plain JSON, to be reviewed, kept and expected. */
export interface Plan extends Location {
  readonly version: 1
  readonly provider: string
  readonly request: PlanRequest
  readonly snapshot: PlanSnapshot
  /** The changing calls in order if nothing fails, including stops, starts and reboots. */
  readonly calls: readonly PlannedCall[]
  /** The instances that would be refused, and why. */
  readonly refused: readonly { readonly id: string; readonly code: KeyPairErrorCode }[]
  /** SHA-256 of all of it, in hexadecimal. */
  readonly digest: string
}

/** The records that were read for a plan. */
export interface PlanSnapshot {
  readonly keyPairs: readonly CheckpointKeyPair[]
  /** Names and ids that no key pair has. */
  readonly absentKeyPairs: readonly string[]
  readonly instances: readonly (Pick<CheckpointInstance, 'id' | 'keyPair' | 'alsoBound'> & { readonly power: string })[]
  readonly absentInstances: readonly string[]
}

export interface PlannedCall {
  readonly call: 'import' | 'update' | 'stop' | 'detach' | 'attach' | 'start' | 'reboot' | 'delete'
  /** The name of the key pair, or its id if only the id is known. */
  readonly keyPair?: string
  readonly instanceIds: readonly string[]
}
