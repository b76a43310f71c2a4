import type { KeyPair } from './key-pair.js'

/** One finding of an audit. */
export type AuditFinding =
  /** No instance has it bound. */
  | { readonly kind: 'unused'; readonly keyPair: KeyPair }
  /** Key pairs that have the same public key. */
  | { readonly kind: 'same-key'; readonly keyPairs: readonly KeyPair[] }
  /** An RSA key of fewer than 2048 bits. */
  | { readonly kind: 'weak-key'; readonly keyPair: KeyPair; readonly bits: number }
  /** Instances that show a key pair that does not exist. */
  | {
      readonly kind: 'dangling-name'
      /** The name that the instances show, or the id if they show only an id. */
      readonly name: string
      /** 100 at most. */
      readonly instanceIds: readonly string[]
      /** True if there are more than those. */
      readonly more: boolean
    }

/** Key pairs for which the cloud does not show whether a finding applies. */
export interface AuditGap {
  readonly check: 'unused' | 'same-key' | 'weak-key'
  readonly keyPairs: readonly KeyPair[]
}

/** The result of an audit. */
export interface AuditReport {
  /** The number of key pairs that were read. */
  readonly keyPairs: number
  /** The number of instances that have a key pair bound. */
  readonly instances: number
  readonly findings: readonly AuditFinding[]
  /**
   * Key pairs that could not be judged: the cloud returns no public key, the fingerprint cannot be compared, or instances
   * show a name that several key pairs have.
   */
  readonly unknown: readonly AuditGap[]
  /** Other users of key pairs, which the audit did not look at (`capabilities.notLookedAt`). */
  readonly notLookedAt: readonly string[]
}
