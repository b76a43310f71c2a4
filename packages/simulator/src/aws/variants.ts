/** The behaviours that the documents of Amazon EC2 leave open. */
export interface AwsVariants {
  /** The public key of an import: as it was uploaded, with the name as its comment, or in the form of RFC 4716. */
  readonly publicKeyText: 'as-uploaded' | 'name-as-comment' | 'rfc4716'
  /** The answer to a delete of a missing key pair. */
  readonly deleteMissing: 'succeeds' | 'refused'
  /** The length of RSA keys that an import takes: any, or those of the user guide. */
  readonly rsaBits: 'any' | 'documented'
  /** The code of the refusal at the limit of key pairs. */
  readonly limitCode: 'KeyPairLimitExceeded' | 'ResourceLimitExceeded'
  /** Key pairs in a region. */
  readonly maxKeyPairs: number
}

/** The variants of a simulator that was given none. */
export const defaultAwsVariants: AwsVariants = {
  publicKeyText: 'as-uploaded',
  deleteMissing: 'succeeds',
  rsaBits: 'any',
  limitCode: 'KeyPairLimitExceeded',
  maxKeyPairs: 5000,
}
