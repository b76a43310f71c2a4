import type { KeyPair } from '../key-pair.js'
import { type FingerprintComparison, sameFingerprint } from './fingerprint.js'
import { parsePublicKey } from './parse-public-key.js'
import type { PublicKey } from './public-key.js'

/** Compares a cloud's record with a key: by the public key where the cloud returns it, else by the fingerprint. */
export function compareMaterial(recorded: KeyPair, key: PublicKey): FingerprintComparison {
  const parsed = recorded.publicKey === undefined ? undefined : parsePublicKey(recorded.publicKey)
  if (parsed?.isOk()) return parsed.value.line === key.line ? 'same' : 'different'
  return sameFingerprint(recorded.fingerprint, key)
}
