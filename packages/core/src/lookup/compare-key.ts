import type { KeyPair } from '../contract/key-pair.js'
import { type FingerprintComparison, normalizeMd5, sameFingerprint } from '../key-material/fingerprint.js'
import { parsePublicKey } from '../key-material/parse-public-key.js'
import type { PublicKey } from '../key-material/public-key.js'

/** Compares a cloud's record with a key: by the public key if the cloud returns it, else by the fingerprint. */
export function compareMaterial(recorded: KeyPair, key: PublicKey): FingerprintComparison {
  const own = recordedKey(recorded)
  if (own !== undefined) return own.line === key.line ? 'same' : 'different'
  return sameFingerprint(recorded.fingerprint, key)
}

/** Compares the keys of two records. What a record does not tell proves nothing. */
export function compareRecords(one: KeyPair, other: KeyPair): FingerprintComparison {
  for (const [record, key] of [
    [other, recordedKey(one)],
    [one, recordedKey(other)],
  ] as const) {
    const comparison = key === undefined ? 'incomparable' : compareMaterial(record, key)
    if (comparison !== 'incomparable') return comparison
  }
  const [own, its] = [shownBy(one), shownBy(other)]
  if (own === undefined || its === undefined) return 'incomparable'
  return own === its ? 'same' : 'different'
}

/** Returns the fingerprint of a record as a cloud always shows the same key, computable or not. */
function shownBy({ fingerprint }: KeyPair): string | undefined {
  return fingerprint === undefined ? undefined : (normalizeMd5(fingerprint) ?? fingerprint)
}

/** Returns the public key of a record if the cloud tells it. */
export function recordedKey({ publicKey }: KeyPair): PublicKey | undefined {
  return publicKey === undefined ? undefined : parsePublicKey(publicKey).unwrapOr(undefined)
}
