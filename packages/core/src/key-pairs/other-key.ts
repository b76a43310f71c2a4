import type { KeyPairError, Outcome } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import { md5Of } from './compare.js'
import { md5Fingerprint } from '../key-material/fingerprint.js'
import type { PublicKey } from '../key-material/public-key.js'
import type { Operation } from '../engine/operation.js'

/** The conflict of a key pair that has another key than the one that is meant, with the fingerprints of both. */
export function otherKey(
  operation: Operation,
  keyPair: KeyPair,
  key: PublicKey,
  outcome: Outcome,
  hint: string,
): KeyPairError<never> {
  const message = 'the key pair of that name has another key'
  const failure = { code: 'conflict', message, outcome: 'none', passing: false, scope: 'call', hint } as const
  const actual = md5Of(keyPair) ?? keyPair.fingerprint
  return operation.error(failure, { outcome, expected: md5Fingerprint(key), actual })
}
