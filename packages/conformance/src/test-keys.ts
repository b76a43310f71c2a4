import { generateKeyPair, type GeneratedKeyPairMaterial } from '@cloud-keypair/core'

/** The input of a run of the suite besides a subject: keys, which are slow to generate, and a seed. */
export interface TestKeys {
  readonly keys: readonly GeneratedKeyPairMaterial[]
  readonly seed: number
  /** Texts that are in the private keys of the testKeys and nowhere else. */
  readonly canaries: readonly string[]
}

const testKeyCount = 4

/** Makes a testKeys. The same seed gives the same run, the keys apart. */
export async function makeTestKeys(seed: number): Promise<TestKeys> {
  const keys = await Promise.all(Array.from({ length: testKeyCount }, () => generateKeyPair({ bits: 2048 })))
  return { keys, seed, canaries: keys.flatMap(({ privateKey }) => secretLinesOf(privateKey.reveal())) }
}

/**
 * Lines of a private key that are in nothing else. An RSA key begins with its modulus, which is public, and may stand
 * in the public key in the very same letters; it ends before the middle.
 */
function secretLinesOf(pem: string): readonly string[] {
  const lines = pem.split('\n').filter((line) => line.length >= 40 && !line.includes('-----'))
  return lines.slice(Math.ceil(lines.length / 2))
}

/** Numbers in [0, 1) that repeat by their seed (mulberry32, by Tommy Ettinger, in the public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
