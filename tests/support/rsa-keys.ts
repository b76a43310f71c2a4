import type { GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import { testKeys } from './test-keys.js'

/**
 * Returns one of the four RSA keys of this worker: another one for each index. For tests whose subject is not the
 * generation of keys, which takes a fifth of a second.
 */
export function rsaKey(index: 0 | 1 | 2 | 3 = 0): GeneratedKeyPairMaterial {
  const key = testKeys.keys[index]
  if (key === undefined) throw new Error('There are fewer keys')
  return key
}

/** Generates a key pair as a simulated cloud does, but for the time: an RSA key of this worker. */
export async function simulatedKeyPair(): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const { privateKey, publicKey } = rsaKey()
  return { privateKey: privateKey.reveal(), publicKey: publicKey.line }
}
