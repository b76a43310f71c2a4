const publicKeyTypes = [
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-ed25519',
] as const

/** The key types that a cloud may take. What a given cloud takes of them is the cloud's to say. */
export type PublicKeyType = (typeof publicKeyTypes)[number]

/** True if a text names one of them. */

export function isPublicKeyType(text: string): text is PublicKeyType {
  const types: readonly string[] = publicKeyTypes
  return types.includes(text)
}

/** A public key whose every field was checked. */
export interface PublicKey {
  readonly type: PublicKeyType
  /** The size as `ssh-keygen -l` prints it: of the modulus (RSA), of the curve (others). */
  readonly bits: number
  /** The wire form (RFC 4253, section 6.6), which the base64 encodes and the fingerprints are made of. */
  readonly blob: Uint8Array
  /** Type and base64, one space between, and nothing else: what is sent to a cloud. */
  readonly line: string
  /** The comment that stood after the key, which no cloud keeps. */
  readonly comment?: string
}

/** The reason that a text is not a public key that can be imported. */
export type PublicKeyProblemReason =
  | 'empty'
  /** Longer than 65,536 characters. */
  | 'too-long'
  /** Control characters or broken Unicode: not the text of a key file. */
  | 'not-text'
  | 'private-key'
  /** A public key in another format than OpenSSH's one line. */
  | 'other-format'
  /** Several keys, or one that was wrapped over several lines. */
  | 'not-one-key'
  /** `authorized_keys` options, or other text, before the key type. */
  | 'options'
  | 'unsupported-type'
  | 'unsupported-size'
  /** Begins as a key and is damaged, or is no key at all. */
  | 'malformed'

/** The reason that a text is not a public key that can be imported. Never quotes a part of the key. */
export interface PublicKeyProblem {
  readonly reason: PublicKeyProblemReason
  /** One sentence without a full stop. */
  readonly message: string
  /** The remedy. */
  readonly hint?: string
}
