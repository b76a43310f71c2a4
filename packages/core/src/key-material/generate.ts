import { generateKeyPair as generateKeyPairOfNode, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Secret } from '../secret.js'
import { formatPrivateKey, publicKeyFrom } from './private-key.js'
import type { PublicKey } from './public-key.js'

/** The types of key that are generated here. `ecdsa` is on the curve `nistp256`, as with `ssh-keygen`. */
export const newKeyTypes = ['rsa', 'ecdsa', 'ed25519'] as const

/** One of {@link newKeyTypes}. */
export type NewKeyType = (typeof newKeyTypes)[number]

/** Bits of an RSA key that is generated here. */
export type RsaBits = 2048 | 3072 | 4096

/** Both halves of a key pair. */
export interface GeneratedKeyPairMaterial {
  /**
   * A text that `ssh -i` reads: PKCS#1 PEM for RSA, the form in which the clouds give the keys that they generate, SEC 1 PEM
   * for ECDSA, and OpenSSH's own format for Ed25519.
   */
  readonly privateKey: Secret
  readonly publicKey: PublicKey
}

/** Options of `generateKeyPair`. */
export interface GenerateKeyPairOptions {
  /** Default: `rsa`, the one type that every cloud takes. */
  readonly keyType?: NewKeyType | undefined
  /** Bits of an RSA key, and of no other. Default: 3072, as `ssh-keygen` has it. */
  readonly bits?: RsaBits | undefined
}

/** Generates key pairs. */
export type KeyPairGenerator = (options: GenerateKeyPairOptions) => Promise<GeneratedKeyPairMaterial>

/**
 * Generates a key pair on this machine, and touches no cloud. RSA by default, because Alibaba ENS imports nothing else
 * (its page ENS 2017-11-10 ImportKeyPair: `ssh-rsa` only). Throws a `TypeError` for other types and sizes.
 */
export async function generateKeyPair(options: GenerateKeyPairOptions = {}): Promise<GeneratedKeyPairMaterial> {
  const problem = newKeyProblem(options)
  if (problem !== undefined) throw new TypeError(problem)
  const pair = await newPairOf(options)
  const publicKey = publicKeyFrom(pair.publicKey)
  if (publicKey.isErr()) throw new Error(publicKey.error.message)
  return { privateKey: formatPrivateKey(pair.privateKey), publicKey: publicKey.value }
}

/** Returns the reason that no such key can be generated here. */
export function newKeyProblem({ keyType = 'rsa', bits }: GenerateKeyPairOptions): string | undefined {
  if (!newKeyTypes.includes(keyType)) return "keyType must be 'rsa', 'ecdsa' or 'ed25519'"
  if (bits !== undefined && ![2048, 3072, 4096].includes(bits)) return 'bits must be 2048, 3072 or 4096'
  return bits === undefined || keyType === 'rsa' ? undefined : 'bits is only for keyType rsa'
}

const newPair = promisify(generateKeyPairOfNode)

function newPairOf({ keyType = 'rsa', bits = 3072 }: GenerateKeyPairOptions): Promise<{
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}> {
  switch (keyType) {
    case 'rsa':
      return newPair('rsa', { modulusLength: bits })
    case 'ecdsa':
      return newPair('ec', { namedCurve: 'P-256' })
    case 'ed25519':
      return newPair('ed25519')
  }
}
