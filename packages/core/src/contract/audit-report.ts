import type { KeyPair } from './key-pair.js'

/** Something that an audit found. */
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
      /** The name that they show, or the id where they show that alone. */
      readonly name: string
      /** 100 at most. */
      readonly instanceIds: readonly string[]
      /** True if there are more than those. */
      readonly more: boolean
    }

/** Key pairs of which the cloud does not tell whether a finding holds. */
export interface AuditGap {
  readonly check: 'unused' | 'same-key' | 'weak-key'
  readonly keyPairs: readonly KeyPair[]
}

/** What an audit read, and what it found. */
export interface AuditReport {
  /** How many key pairs were read. */
  readonly keyPairs: number
  /** How many instances were found that have a key pair bound. */
  readonly instances: number
  readonly findings: readonly AuditFinding[]
  /**
   * What the cloud does not tell: no public key, a fingerprint that cannot be compared, or instances that show a name
   * that several key pairs have.
   */
  readonly unknown: readonly AuditGap[]
}
