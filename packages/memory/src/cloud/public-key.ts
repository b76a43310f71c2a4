import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { parsePublicKey, type PublicKey, Secret } from '@cloud-keypair/core'

/** Makes a valid public key without a private key. */
export function inventPublicKey(): PublicKey {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  return publicKeyOf('ssh-ed25519', [Buffer.from(x, 'base64url')])
}

/** Both halves of a key pair that the cloud generated. */
export interface CloudKeyPair {
  readonly publicKey: PublicKey
  readonly privateKey: Secret
}

/**
 * Generates what a cloud would: RSA of 2048 bits. At once and not on another thread, so that the cloud does each
 * call in one step, and a clock of a test does not run on meanwhile.
 */
export function generateKeyPair(): CloudKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    publicKey: rsaKeyOf(publicKey),
    privateKey: new Secret(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
  }
}

function rsaKeyOf(key: KeyObject): PublicKey {
  const { e = '', n = '' } = key.export({ format: 'jwk' })
  // The top bit of a modulus is set, so its number has a zero before it (RFC 4251, section 5).
  const modulus = Buffer.concat([new Uint8Array(1), Buffer.from(n, 'base64url')])
  return publicKeyOf('ssh-rsa', [Buffer.from(e, 'base64url'), modulus])
}

/** Builds a public key from its fields (RFC 4253, section 6.6). */
function publicKeyOf(type: string, fields: readonly Uint8Array[]): PublicKey {
  const blob = Buffer.concat(
    [Buffer.from(type), ...fields].flatMap((field) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(field.length)
      return [length, field]
    }),
  )
  const key = parsePublicKey(`${type} ${blob.toString('base64')}`)
  if (key.isErr()) throw new Error(key.error.message)
  return key.value
}
