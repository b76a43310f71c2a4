import type { KeyPairError, Outcome } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import {
  type FingerprintComparison,
  md5Forms,
  normalizeMd5,
  normalizeSha256,
  sha256Fingerprint,
  shownFingerprint,
} from '../key-material/fingerprint.js'
import type { PublicKey } from '../key-material/public-key.js'
import { compareMaterial, recordedKey } from '../lookup/compare-key.js'

/** The key pair of a name that has a key, or comes nearest to it. */
export interface KeyMatch {
  readonly keyPair: KeyPair
  readonly comparison: FingerprintComparison
  /** The others that match as well as it does, the oldest first. */
  readonly others: readonly KeyPair[]
}

const nearestFirst: readonly FingerprintComparison[] = ['same', 'incomparable', 'different']

/**
 * Among key pairs of one name, the one that has the key; else the one that may have it. Of several as good it is the
 * oldest, and of those the one whose id comes first, so that everybody who looks finds the same one.
 */
export function findByKey(namesakes: readonly KeyPair[], key: PublicKey): KeyMatch | undefined {
  const oldestFirst = namesakes.toSorted(byAge)
  for (const comparison of nearestFirst) {
    const [keyPair, ...others] = oldestFirst.filter((namesake) => compareMaterial(namesake, key) === comparison)
    if (keyPair !== undefined) return { keyPair, comparison, others }
  }
  return undefined
}

function byAge(one: KeyPair, other: KeyPair): number {
  const [age = 0, otherAge = 0] = [one.createdAt?.getTime(), other.createdAt?.getTime()]
  if (age !== otherAge) return age - otherAge
  const [id = '', otherId = ''] = [one.id, other.id]
  return id < otherId ? -1 : Number(id > otherId)
}

/** The conflict of a key pair that has another key than the one that is meant, with the fingerprints of both. */
export function differentKeyError(
  operation: Operation,
  keyPair: KeyPair,
  key: PublicKey,
  outcome: Outcome,
  hint: string,
): KeyPairError<never> {
  const message = 'the key pair of that name has another key'
  const failure = { code: 'conflict', message, outcome: 'none', transient: false, scope: 'call', hint } as const
  return operation.error(failure, { outcome, expected: shownFingerprint(key), actual: fingerprintOf(keyPair) })
}

/** True if a record has an MD5 fingerprint, in any form if the cloud returns the public key, else as it recorded it. */
export function hasMd5(recorded: KeyPair, md5: string): boolean {
  const own = recordedKey(recorded)
  return normalizeMd5(recorded.fingerprint ?? '') === md5 || (own !== undefined && md5Forms(own).includes(md5))
}

/** Returns the fingerprint of a record that a person is shown: of the public key if the cloud returns it. */
export function fingerprintOf(recorded: KeyPair): string | undefined {
  const own = recordedKey(recorded)
  if (own !== undefined) return shownFingerprint(own)
  const { fingerprint } = recorded
  return fingerprint === undefined ? undefined : (normalizeMd5(fingerprint) ?? fingerprint)
}

/**
 * Returns what identifies a record's key among these records: its line, or else its MD5 fingerprint. Undefined if the
 * key can be compared with no other.
 */
export function keyIdentifier(records: readonly KeyPair[]): (record: KeyPair) => string | undefined {
  const lines = new Map<string, string>()
  for (const key of records.flatMap((record) => recordedKey(record) ?? [])) {
    for (const form of [...md5Forms(key), sha256Fingerprint(key)]) if (form !== undefined) lines.set(form, key.line)
  }
  return (record) => {
    const fingerprint = record.fingerprint ?? ''
    const digest = normalizeMd5(fingerprint) ?? normalizeSha256(fingerprint)
    // A cloud that returns the public key of some records only shows the others by their fingerprint.
    return recordedKey(record)?.line ?? (digest === undefined ? undefined : (lines.get(digest) ?? digest))
  }
}
