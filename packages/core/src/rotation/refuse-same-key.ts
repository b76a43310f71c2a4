import type { KeyPair } from '../contract/key-pair.js'
import { type Failure, refusal } from '../errors/failures.js'
import type { PublicKey } from '../key-material/public-key.js'
import { compareMaterial, compareRecords } from '../lookup/compare-key.js'

/** Returns the reason to refuse a rotation whose new key pair goes by the name of the replaced one. */
export function sameNameProblem(replaced: KeyPair, name: string): Failure | undefined {
  return replaced.name === name ? sameName : undefined
}

/** Returns the reason to refuse a rotation to the key that is to be replaced, if the cloud lets the two be compared. */
export function sameKeyProblem(replaced: KeyPair, key: PublicKey): Failure | undefined {
  return compareMaterial(replaced, key) === 'same' ? sameKey : undefined
}

/** Returns the reason to refuse a rotation whose new key pair is the replaced one, or has its key. */
export function sameKeyPairProblem(replaced: KeyPair, keyPair: KeyPair): Failure | undefined {
  if (replaced.id !== undefined && replaced.id === keyPair.id) return sameName
  return compareRecords(replaced, keyPair) === 'same' ? sameKey : undefined
}

const sameName = refusal(
  'invalid-argument',
  'the new key pair has the name of the replaced one',
  'Choose another name.',
)

const sameKey = refusal(
  'invalid-argument',
  'the new key pair would have the key that is to be replaced, which would stay valid',
  'Rotate to another key: generate one, or save to another file.',
)
