import type { KeyPairReference } from '@cloud-keypair/core'
import type { Access } from './connect.js'

/** The work of one process: one operation that may be killed, or several among others, or as many as fit into a time. */
export type WorkerJob = OneOperation | Rival | Soak

/** An operation that is resumed from what is in the folder. */
export interface OneOperation {
  readonly work: 'create' | 'attach' | 'detach' | 'rotate'
  readonly access: Access
  readonly folder: string
  /** The key pair that is detached or replaced. */
  readonly replaced: KeyPairReference
  /** The key pair that is attached. */
  readonly attached: KeyPairReference
  /** The name of a new key pair. */
  readonly wanted: string
  readonly instanceIds: readonly string[]
  readonly maxUnavailable: number
  /** True if it forgets what an earlier process stored: a planted fault. */
  readonly forgets?: boolean | undefined
}

/** Operations by chance on the same key pairs and instances as those of other processes. */
export interface Rival {
  readonly work: 'rival'
  readonly access: Access
  readonly folder: string
  readonly seed: number
  readonly operations: number
  readonly names: readonly string[]
  readonly instanceIds: readonly string[]
}

/** Operations at full rate, with mutated answers and hostile inputs. */
export interface Soak {
  readonly work: 'soak'
  /** Absent for the cloud in memory. */
  readonly access: Access | undefined
  readonly seed: number
  readonly forMs: number
  readonly names: readonly string[]
  readonly instanceIds: readonly string[]
  /** True if each operation keeps memory: a planted fault. */
  readonly keeps?: boolean | undefined
}

/** A line that a worker prints. */
export type WorkerLine =
  /** The work begins. */
  | { readonly line: 'begun' }
  /** An operation ended. */
  | {
      readonly line: 'ended'
      readonly operation: string
      readonly code: string
      readonly message: string
      readonly leftStopped: readonly string[]
      readonly faults: number
      readonly wrong: readonly { readonly invariant: string; readonly message: string }[]
    }
  /** A soak ended. */
  | {
      readonly line: 'soaked'
      readonly operations: number
      readonly faults: number
      readonly heap: readonly number[]
      readonly wrong: readonly { readonly invariant: string; readonly message: string }[]
    }
