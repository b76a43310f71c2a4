import type { KeyPair } from '../contract/key-pair.js'
import {
  type FingerprintComparison,
  md5Fingerprint,
  normalizeMd5,
  sameFingerprint,
} from '../key-material/fingerprint.js'
import { parsePublicKey } from '../key-material/parse-public-key.js'
import type { PublicKey } from '../key-material/public-key.js'

/** Compares a cloud's record with a key: by the public key where the cloud returns it, else by the fingerprint. */
export function compareMaterial(recorded: KeyPair, key: PublicKey): FingerprintComparison {
  const parsed = recorded.publicKey === undefined ? undefined : parsePublicKey(recorded.publicKey)
  if (parsed?.isOk()) return parsed.value.line === key.line ? 'same' : 'different'
  return sameFingerprint(recorded.fingerprint, key)
}

/** The MD5 of the key, from the key itself where the cloud tells it: its own fingerprint may be of another kind. */
export function md5Of({ publicKey, fingerprint = '' }: KeyPair): string | undefined {
  const key = publicKey === undefined ? undefined : parsePublicKey(publicKey)
  return key?.isOk() ? md5Fingerprint(key.value) : normalizeMd5(fingerprint)
}
