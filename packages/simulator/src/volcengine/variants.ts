import type { SecondChange } from '../guest-keys.js'

/**
 * The behaviours that the vendor's documents leave open. Each is a named possibility, not a guess: an adapter that works
 * under all of them works on the real cloud.
 */
export interface VolcengineVariants {
  /**
   * Detaching a key pair from an instance that has another one, or none. No document says; the rule that it is
   * an error belongs to another cloud.
   */
  readonly detachOther: 'no-op' | 'error' | 'detaches'
  /**
   * A second change of key before the restart. The pages of AttachKeyPair and DetachKeyPair say nothing;
   * docs.byteplus.com/en/docs/ecs/Unbinding-key-pairs-from-instances documents that the first is lost.
   */
  readonly secondChange: SecondChange
  /** True if a token repeats a definite failure; false if the call is carried out again. */
  readonly tokenFailure: 'replayed' | 'forgotten'
  /** The time for which a token is remembered, in milliseconds. No document says. */
  readonly tokenLifetime: number
  /** True if CreateKeyPair, repeated with its token, gives the private key again. */
  readonly createReplay: 'with-private-key' | 'without-private-key'
  /**
   * The form of FingerPrint. The samples have 32 hexadecimal digits, said to be the MD5 of the key;
   * `md5-of-spki` is over the SubjectPublicKeyInfo, as Amazon EC2 has it under a page that says RFC 4716; `opaque` has
   * 40 that nobody can compute from a key.
   */
  readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque'
  /** The code of a delete refused for being bound. volcengine.com/docs/6396/120513 has the rule, no code. */
  readonly inUseCode: 'OperationDenied.KeyPairInUse' | 'InvalidKeyPair.Bound' | 'Refused'
  /** The meaning of "fuzzy" for KeyPairName of DescribeKeyPairs. */
  readonly fuzzyName: 'substring' | 'prefix'
  /** True if KeyPairName of DescribeInstances has to be the whole name. */
  readonly instanceNameFilter: 'exact' | 'fuzzy'
  /** The delay until DescribeInstances shows an attach or detach: none, or 10 seconds. */
  readonly boundAfterAttach: 'at-once' | 'after-seconds'
  /**
   * The codes of CreateKeyPair and ImportKeyPair for a taken name, a bad public key and a full quota: no
   * copy of their error tables is known. Two families in the vendor's own manner.
   */
  readonly createCodes: 'suffixed' | 'prefixed'
  /** The order of OperationDetails. */
  readonly detailOrder: 'as-given' | 'shuffled'
  /** The answer to a signature for another region, which only the credential scope names. */
  readonly otherRegion: 'empty' | 'refused'
  /** The code of a start refused for lack of stock. volcengine.com/docs/6396/101067 has the rule, no code. */
  readonly noStockCode: 'OperationDenied.LackOfStock' | 'Refused'
  /**
   * The key pairs that a tag filter of DescribeKeyPairs with an empty value finds: those whose tag has that value, or none.
   * No document says.
   */
  readonly emptyTagFilter: 'that-value' | 'nothing'
  /** StoppedMode if the call does not give it: a setting of the account (docs.byteplus.com/en/docs/ecs/StopInstances). */
  readonly defaultStoppedMode: 'KeepCharging' | 'StopCharging'
  /**
   * The capacity of an instance that was stopped with StopCharging, which gives it back: there for the next start, or gone
   * (docs.byteplus.com/en/docs/ecs/StopInstances).
   */
  readonly capacityGivenBack: 'there' | 'gone'
  /** The duration of a stop, a start and a reboot, in milliseconds. */
  readonly powerChangeMs: number
  /** The longest URL that the gateway takes, in bytes; a longer one is answered with 414. No document says. */
  readonly urlLimit: number
}

/** The variants that hold unless said otherwise. */
export const defaultVariants: VolcengineVariants = {
  detachOther: 'no-op',
  secondChange: 'wins',
  tokenFailure: 'replayed',
  tokenLifetime: 24 * 3_600_000,
  createReplay: 'with-private-key',
  fingerprint: 'md5',
  inUseCode: 'OperationDenied.KeyPairInUse',
  fuzzyName: 'substring',
  instanceNameFilter: 'exact',
  boundAfterAttach: 'at-once',
  createCodes: 'suffixed',
  detailOrder: 'as-given',
  otherRegion: 'empty',
  noStockCode: 'OperationDenied.LackOfStock',
  emptyTagFilter: 'that-value',
  defaultStoppedMode: 'StopCharging',
  capacityGivenBack: 'there',
  powerChangeMs: 20_000,
  urlLimit: 8192,
}
