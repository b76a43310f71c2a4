import type { InstanceBatch } from './batch.js'
import type { ChangeOptions } from './change-options.js'
import type { KeyPair } from './key-pair.js'
import type { NewKeyPair, OperationOptions, SavePrivateKey } from './options.js'

/** How a key pair is replaced by a new one: whose private key is generated and saved here, or whose public key is given. */
export type RotateOptions = RotationOptions & (RotateToSaved | RotateToGiven)

export interface RotateToSaved {
  /** Keeps the private key of the new key pair, as of `create`. */
  readonly save: SavePrivateKey
  /** Bits of the new RSA key. Default: 3072. */
  readonly bits?: 2048 | 3072 | 4096 | undefined
  readonly publicKey?: undefined
}

export interface RotateToGiven {
  /** The public key of the new key pair, as of `import`. */
  readonly publicKey: string
  readonly save?: undefined
  readonly bits?: undefined
}

export interface RotationOptions
  extends
    NewKeyPair,
    OperationOptions,
    Pick<
      ChangeOptions,
      'maxUnavailable' | 'force' | 'repairDeadlineMs' | 'check' | 'onProgress' | 'onCheckpoint' | 'resume' | 'expect'
    > {
  /**
   * The time that the whole may take, in milliseconds, what it owes instances aside. Default: none, but each part has
   * its own.
   */
  readonly deadlineMs?: number | undefined
  /** The time that one wave may take, in milliseconds. Default: 1,800,000. */
  readonly waveDeadlineMs?: number | undefined
}

/** What a rotation came to. */
export interface Rotation {
  /** The new key pair. */
  readonly keyPair: KeyPair
  /** The key pair that it takes the place of, as it was read; absent where an earlier run had removed it. */
  readonly replaced?: KeyPair
  /** True if the replaced key pair was removed, which it is when no guest can need it any more. */
  readonly removed: boolean
  /** Instances that have the new key pair bound, and whose guest still goes by the replaced one until its next start. */
  readonly pendingRestart: readonly string[]
  /** What became of each instance that had the replaced key pair. */
  readonly batch: InstanceBatch
  /** What may name the replaced key pair too, and was not looked at: instances that these make later would lack a key. */
  readonly notLookedAt: readonly ['launch templates', 'scaling groups']
}
