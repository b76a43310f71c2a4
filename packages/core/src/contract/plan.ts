import type { ChangeOptions } from './change-options.js'
import type { CheckpointInstance, CheckpointKeyPair } from './checkpoint.js'
import type { Location } from './key-pair-driver.js'
import type { KeyPairErrorCode } from './error.js'
import type { KeyPairReference } from './key-pair.js'
import type { NewKeyPair } from './options.js'

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
