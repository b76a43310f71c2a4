import type { KeyPair } from '../contract/key-pair.js'
import { type Failure, refusal } from '../errors/failures.js'
import {
  type FingerprintComparison,
  md5Forms,
  normalizeMd5,
  normalizeSha256,
  sameFingerprint,
  sha256Fingerprint,
  shownFingerprint,
} from '../key-material/fingerprint.js'
import { parsePublicKey } from '../key-material/parse-public-key.js'
import type { PublicKey } from '../key-material/public-key.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'

/** Compares a cloud's record with a key: by the public key if the cloud returns it, else by the fingerprint. */
export function compareMaterial(recorded: KeyPair, key: PublicKey): FingerprintComparison {
  const own = recordedKey(recorded)
  if (own !== undefined) return own.line === key.line ? 'same' : 'different'
  return sameFingerprint(recorded.fingerprint, key)
}

/** Compares the keys of two records. A missing field proves nothing. */
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

/** Returns the fingerprint of a record. A cloud always shows the same one for a key, even if nobody can compute it. */
function shownBy({ fingerprint }: KeyPair): string | undefined {
  return fingerprint === undefined ? undefined : (normalizeMd5(fingerprint) ?? fingerprint)
}

/** Returns the public key of a record if the cloud shows it. */
function recordedKey({ publicKey }: KeyPair): PublicKey | undefined {
  return publicKey === undefined ? undefined : parsePublicKey(publicKey).unwrapOr(undefined)
}

/** True if a record has an MD5 fingerprint, in any form if the cloud returns the public key, else as it recorded it. */
export function hasMd5(recorded: KeyPair, md5: string): boolean {
  const own = recordedKey(recorded)
  return normalizeMd5(recorded.fingerprint ?? '') === md5 || (own !== undefined && md5Forms(own).includes(md5))
}

/** Returns the fingerprint of a record that a person is shown: of the public key if the cloud returns it. */
export function fingerprintOf(recorded: KeyPair): string | undefined {
  const own = recordedKey(recorded)
  return own === undefined ? shownBy(recorded) : shownFingerprint(own)
}

/** A record, its public key if the cloud shows it, and what identifies its key among other records. */
export interface IdentifiedRecord {
  readonly record: KeyPair
  readonly key?: PublicKey
  /** The line of the key, or else a fingerprint. Not there if the key can be compared with no other. */
  readonly identifier?: string
}

/**
 * Identifies the key of each record among these records, in their order. A cloud that returns the public key of some
 * records only shows the others by their fingerprint.
 */
export async function identifyKeys(records: readonly KeyPair[]): Promise<readonly IdentifiedRecord[]> {
  const lines = new Map<string, string>()
  const read = await mapInSlices(records, (record) => {
    const key = recordedKey(record)
    if (key === undefined) return { record }
    for (const form of [...md5Forms(key), sha256Fingerprint(key)]) if (form !== undefined) lines.set(form, key.line)
    return { record, key, identifier: key.line }
  })
  return mapInSlices(read, (one) => {
    if (one.key !== undefined) return one
    const { fingerprint = '' } = one.record
    const digest = normalizeMd5(fingerprint) ?? normalizeSha256(fingerprint)
    return digest === undefined ? one : { ...one, identifier: lines.get(digest) ?? digest }
  })
}

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
