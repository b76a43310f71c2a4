import type { InstanceBatch } from './batch.js'
import type { ChangeOptions } from './change-options.js'
import type { KeyPair } from './key-pair.js'
import type { NewKeyPair, OperationOptions, SavePrivateKey } from './options.js'

/** Options of a rotation: the new private key is generated and saved here, or the new public key is given. */
export type RotateOptions = RotationOptions & (RotateToSaved | RotateToGiven)

export interface RotateToSaved {
  /** Stores the private key of the new key pair, as in `create`. */
  readonly save: SavePrivateKey
  /** The type of the new key, as in `create`. Default: `rsa`. */
  readonly keyType?: 'rsa' | 'ecdsa' | 'ed25519' | undefined
  /** Bits of a new RSA key, as in `create`. Default: 3072. */
  readonly bits?: 2048 | 3072 | 4096 | undefined
  readonly publicKey?: undefined
}

export interface RotateToGiven {
  /** The public key of the new key pair, as for `import`. */
  readonly publicKey: string
  readonly save?: undefined
  readonly keyType?: undefined
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
   * The longest time of the whole rotation without repairs, in milliseconds. Default: none, but each part has its own
   * deadline.
   */
  readonly deadlineMs?: number | undefined
  /** The longest time of one wave, in milliseconds. Default: 1,800,000. */
  readonly waveDeadlineMs?: number | undefined
}

/** The result of a rotation. */
export interface Rotation {
  /** The new key pair. */
  readonly keyPair: KeyPair
  /** The replaced key pair, as it was read; absent if an earlier run deleted it. */
  readonly replaced?: KeyPair
  /** True if the replaced key pair was deleted, because no guest needs it any more. */
  readonly removed: boolean
  /** Instances that have the new key pair bound, and whose guest accepts the replaced one until its next start. */
  readonly pendingRestart: readonly string[]
  /** The result of each instance that had the replaced key pair. */
  readonly batch: InstanceBatch
  /**
   * Resources that may name the replaced key pair and were not checked: instances that they create would lack a key
   * pair.
   */
  readonly notLookedAt: readonly string[]
}
