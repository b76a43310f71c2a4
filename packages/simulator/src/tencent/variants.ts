/** The behaviours that the documents of Tencent Cloud CVM leave open. */
export interface TencentVariants {
  /**
   * The progress of a change of the key pairs of an instance: over with its answer, or under way (`OPERATING`) until it
   * has succeeded or failed.
   */
  readonly change: 'at-once' | 'succeeds-later' | 'fails-later'
  /** The time for which a change is under way, in milliseconds. */
  readonly changeMs: number
  /** The answer to a delete of a key pair that an instance uses. */
  readonly deleteUsed: 'skipped' | 'refused'
  /** The region of a key pair: its own, or none, so that each region has the key pairs of the account. */
  readonly keyPairsOf: 'region' | 'account'
  /** The meaning of the filter `key-name`. */
  readonly keyNameFilter: 'exact' | 'contains'
  /** The answer to a detach of a key pair that the instance does not have. */
  readonly detachOther: 'no-op' | 'refused'
  /** The answer to an attach of several key pairs at once. */
  readonly attachSeveral: 'binds-all' | 'refused'
  /** The answer to an import of an Ed25519 or ECDSA key. */
  readonly otherKeyTypes: 'malformed' | 'accepted'
  /** The answer to an import of a public key that is there. `InvalidPublicKey.Duplicate` is documented. */
  readonly samePublicKey: 'refused' | 'accepted'
  /** The time by which `AssociatedInstanceIds` lags behind the instances, in milliseconds. */
  readonly associatedLagMs: number
  /** The duration of a stop, a start and a reboot, in milliseconds. */
  readonly powerChangeMs: number
  /** Key pairs of a region or account. */
  readonly maxKeyPairs: number
}

/** The variants of a simulator that was given none. */
export const defaultTencentVariants: TencentVariants = {
  change: 'succeeds-later',
  changeMs: 5_000,
  deleteUsed: 'skipped',
  keyPairsOf: 'region',
  keyNameFilter: 'exact',
  detachOther: 'no-op',
  attachSeveral: 'binds-all',
  otherKeyTypes: 'malformed',
  samePublicKey: 'refused',
  associatedLagMs: 0,
  powerChangeMs: 20_000,
  maxKeyPairs: 5_000,
}
