import { generateKeyPair as generateKeyPairOfNode } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '../secret.js'
import { publicKeyFrom } from './private-key.js'
import type { PublicKey } from './public-key.js'

/** Bits of an RSA key that is generated here. */
export type RsaBits = 2048 | 3072 | 4096

/** Both halves of a key pair. */
export interface GeneratedKeyPairMaterial {
  /** PKCS#1 PEM, the form in which the clouds give the keys that they generate, and which `ssh -i` reads. */
  readonly privateKey: Secret
  readonly publicKey: PublicKey
}

/** Options of `generateKeyPair`. */
export interface GenerateKeyPairOptions {
  /** Bits of the RSA key. Default: 3072, as `ssh-keygen` has it. */
  readonly bits?: RsaBits | undefined
}

/** Generates key pairs. */
export type KeyPairGenerator = (options: GenerateKeyPairOptions) => Promise<GeneratedKeyPairMaterial>

/**
 * Generates an RSA key pair on this machine, and touches no cloud. RSA, because Alibaba ENS imports nothing else
 * (its page ENS 2017-11-10 ImportKeyPair: `ssh-rsa` only). Throws a `TypeError` for other sizes than 2048, 3072 and 4096.
 */
export async function generateKeyPair({ bits = 3072 }: GenerateKeyPairOptions = {}): Promise<GeneratedKeyPairMaterial> {
  if (!(bits === 2048 || bits === 3072 || bits === 4096)) throw new TypeError('bits must be 2048, 3072 or 4096')
  const pair = await promisify(generateKeyPairOfNode)('rsa', { modulusLength: bits })
  const publicKey = publicKeyFrom(pair.publicKey)
  if (publicKey.isErr()) throw new Error(publicKey.error.message)
  return {
    privateKey: new Secret(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    publicKey: publicKey.value,
  }
}
