import { generateKeyPair, type GeneratedKeyPairMaterial, type NewKeyType } from '@cloud-keypair/core'

/** The input of a run of the suite besides a subject: keys, which are slow to generate, and a seed. */
export interface TestKeys {
  /** RSA keys. */
  readonly keys: readonly GeneratedKeyPairMaterial[]
  /** A key of each other type. */
  readonly others: Readonly<Record<OtherKeyType, GeneratedKeyPairMaterial>>
  readonly seed: number
  /** Texts that are in the private keys of the testKeys and nowhere else. */
  readonly canaries: readonly string[]
}

type OtherKeyType = Exclude<NewKeyType, 'rsa'>

const testKeyCount = 4

/** Makes a testKeys. The same seed gives the same run, the keys apart. */
export async function makeTestKeys(seed: number): Promise<TestKeys> {
  const keys = await Promise.all(Array.from({ length: testKeyCount }, () => generateKeyPair({ bits: 2048 })))
  const [ecdsa, ed25519] = await Promise.all([
    generateKeyPair({ keyType: 'ecdsa' }),
    generateKeyPair({ keyType: 'ed25519' }),
  ])
  const canaries = [
    ...keys.flatMap(({ privateKey }) => secretLinesOf(privateKey.reveal())),
    // The private half is whole in the first line of one, and in the fourth of the other.
    ...lineOf(ecdsa, 1),
    ...lineOf(ed25519, 4),
  ]
  return { keys, others: { ecdsa, ed25519 }, seed, canaries }
}

function lineOf({ privateKey }: GeneratedKeyPairMaterial, index: number): readonly string[] {
  return privateKey
    .reveal()
    .split('\n')
    .slice(index, index + 1)
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
