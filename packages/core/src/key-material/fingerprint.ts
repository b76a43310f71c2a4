import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto'
import { curves, splitFields } from './key-blob.js'
import type { PublicKey } from './public-key.js'

/** The result of comparing a key with a cloud's fingerprint. `incomparable`: the fingerprint proves nothing. */
export type FingerprintComparison = 'same' | 'different' | 'incomparable'

/**
 * Returns the MD5 fingerprint (RFC 4716, section 4) as `ssh-keygen -l -E md5` has it: 32 lower-case hexadecimal
 * digits, without colons. Undefined if this Node.js has no MD5, as in FIPS mode.
 */
export function md5Fingerprint(key: PublicKey): string | undefined {
  return md5Of(key.blob)
}

/** Returns the SHA-256 fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function sha256Fingerprint(key: PublicKey): string {
  return `SHA256:${createHash('sha256').update(key.blob).digest('base64').replace(/=+$/, '')}`
}

/** Returns the fingerprint that a person is shown: MD5 as the clouds show it, or SHA-256 if there is no MD5. */
export function shownFingerprint(key: PublicKey): string {
  return md5Fingerprint(key) ?? sha256Fingerprint(key)
}

/**
 * Returns the MD5 fingerprints that clouds document for one key, those that cannot be computed as undefined:
 * over the key's SSH form (OpenStack Nova), and over its SubjectPublicKeyInfo (Amazon EC2, for imported RSA keys:
 * docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html).
 */
export function md5Forms(key: PublicKey): readonly (string | undefined)[] {
  const spki = spkiOf(key)
  return [md5Fingerprint(key), spki === undefined ? undefined : md5Of(spki)]
}

/**
 * Returns an MD5 fingerprint in the form of {@link md5Fingerprint}; colons, case, white space around it and a leading
 * `MD5:` aside. Undefined for anything that is not 16 bytes in hexadecimal.
 */
export function normalizeMd5(text: string): string | undefined {
  const digits = text.trim().toLowerCase().replace(/^md5:/, '')
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{2}(?::[0-9a-f]{2}){15})$/.test(digits)) return undefined
  return digits.replaceAll(':', '')
}

/**
 * Compares the fingerprint that a cloud recorded with a key, in every form that a cloud documents. `different` if it
 * fits none of them. A form that cannot be computed here, or that no document explains, is `incomparable`: the sample
 * of Alibaba Cloud's page ECS 2014-05-26 CreateKeyPair shows 20 bytes under the name of MD5.
 */
export function sameFingerprint(cloudFingerprint: string | undefined, key: PublicKey): FingerprintComparison {
  if (cloudFingerprint === undefined) return 'incomparable'
  const md5 = normalizeMd5(cloudFingerprint)
  if (md5 !== undefined) return among(md5, md5Forms(key))
  const sha256 = normalizeSha256(cloudFingerprint)
  return sha256 === undefined ? 'incomparable' : among(sha256, [sha256Fingerprint(key)])
}

function among(digest: string, forms: readonly (string | undefined)[]): FingerprintComparison {
  if (forms.includes(digest)) return 'same'
  return forms.includes(undefined) ? 'incomparable' : 'different'
}

/**
 * Returns a SHA-256 fingerprint in the form of {@link sha256Fingerprint}. Accepts the forms of `ssh-keygen` and of Amazon
 * EC2 for Ed25519 keys: without `SHA256:`, and padded. Undefined for anything else.
 */
export function normalizeSha256(text: string): string | undefined {
  const base64 = /^(?:SHA256:([A-Za-z0-9+/]{43})=?|([A-Za-z0-9+/]{43})=)$/.exec(text.trim())
  const digits = base64?.[1] ?? base64?.[2]
  return digits === undefined ? undefined : `SHA256:${digits}`
}

/** Computes an MD5. Undefined if this Node.js has no MD5. */
function md5Of(bytes: Uint8Array): string | undefined {
  try {
    return createHash('md5').update(bytes).digest('hex')
  } catch {
    return undefined
  }
}

/**
 * Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) of a key, in DER. Undefined if the OpenSSL of this
 * Node.js refuses the key, as in FIPS mode.
 */
function spkiOf(key: PublicKey): Uint8Array | undefined {
  try {
    return createPublicKey({ key: jwkOf(key), format: 'jwk' }).export({ type: 'spki', format: 'der' })
  } catch {
    return undefined
  }
}

function jwkOf({ type, blob }: PublicKey): JsonWebKey {
  const [, ...fields] = splitFields(blob) ?? []
  const [first = none, second = none] = fields
  const curve = curves.find((known) => known.type === type)
  if (curve !== undefined) {
    // The point begins with a byte that says that both coordinates follow.
    const size = (second.length - 1) / 2
    return { kty: 'EC', crv: curve.jwk, x: text(second.subarray(1, 1 + size)), y: text(second.subarray(1 + size)) }
  }
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: text(first) }
  return { kty: 'RSA', e: text(first), n: text(second) }
}

const none = new Uint8Array()

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
