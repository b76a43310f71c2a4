import { createHash } from 'node:crypto'
import type { PublicKey } from './public-key.js'

/** What a comparison with a cloud's fingerprint says. `incomparable`: it is of a form that proves nothing. */
export type FingerprintComparison = 'same' | 'different' | 'incomparable'

/** The MD5 fingerprint (RFC 4716, section 4) as the clouds write it: 32 lower-case hexadecimal digits, no colons. */
export function md5Fingerprint(key: PublicKey): string {
  return createHash('md5').update(key.blob).digest('hex')
}

/** The SHA-256 fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function sha256Fingerprint(key: PublicKey): string {
  return `SHA256:${createHash('sha256').update(key.blob).digest('base64').replace(/=+$/, '')}`
}

/**
 * An MD5 fingerprint in the form of {@link md5Fingerprint}; colons, case, white space around it and a leading
 * `MD5:` aside. Undefined for anything that is not 16 bytes in hexadecimal.
 */
export function normalizeMd5(text: string): string | undefined {
  const digits = text.trim().toLowerCase().replace(/^md5:/, '')
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{2}(?::[0-9a-f]{2}){15})$/.test(digits)) return undefined
  return digits.replaceAll(':', '')
}

/**
 * Compares what a cloud recorded with a key. Only MD5 and `SHA256:` can be: the sample of Alibaba
 * Cloud's page ECS 2014-05-26 CreateKeyPair shows 20 bytes under the name of MD5, and such a form is
 * `incomparable`, which is no evidence of another key.
 */
export function sameFingerprint(cloudFingerprint: string | undefined, key: PublicKey): FingerprintComparison {
  if (cloudFingerprint === undefined) return 'incomparable'
  const md5 = normalizeMd5(cloudFingerprint)
  if (md5 !== undefined) return md5 === md5Fingerprint(key) ? 'same' : 'different'
  const sha256 = /^SHA256:[A-Za-z0-9+/]{43}(?==?$)/.exec(cloudFingerprint.trim())?.[0]
  if (sha256 !== undefined) return sha256 === sha256Fingerprint(key) ? 'same' : 'different'
  return 'incomparable'
}
