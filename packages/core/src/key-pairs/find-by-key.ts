import type { KeyPair } from '../contract/key-pair.js'
import { type FingerprintComparison, shownFingerprint } from '../key-material/fingerprint.js'
import type { PublicKey } from '../key-material/public-key.js'
import { compareMaterial, fingerprintOf } from '../lookup/compare-key.js'
import { type Failure, refusal } from '../errors/failures.js'

/** The key pair of a name that has a key, or is the best match. */
export interface KeyMatch {
  readonly keyPair: KeyPair
  readonly comparison: FingerprintComparison
  /** Other key pairs that match as well, the oldest first. */
  readonly others: readonly KeyPair[]
}

const nearestFirst: readonly FingerprintComparison[] = ['same', 'incomparable', 'different']

/**
 * Finds the key pair of a name that has the key, else the one that may have it. Of several it returns the oldest, and of
 * those the one whose id comes first, so that every caller finds the same one.
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

/** Returns the conflict of a key pair with another key than the expected one, with both fingerprints. */
export function differentKey(keyPair: KeyPair, key: PublicKey, hint: string): Failure {
  const details = { expected: shownFingerprint(key), actual: fingerprintOf(keyPair) }
  return { ...refusal('conflict', 'the key pair of that name has another key', hint), details }
}
