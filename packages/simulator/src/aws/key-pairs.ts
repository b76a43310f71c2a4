import { createHash, createPrivateKey } from 'node:crypto'
import { type GeneratedKeyPair, publicKeyBlob } from '../public-key.js'
import { type Random, randomText } from '../random.js'
import { spkiOf } from '../spki.js'
import type { KeyPairRecord } from './region.js'

/** Returns an id as EC2 gives: `key-` and 17 hexadecimal digits. */
export function newId(random: Random): string {
  return `key-0${randomText(random, 16, '0123456789abcdef')}`
}

function colons(digest: Buffer): string {
  return (digest.toString('hex').match(/../g) ?? []).join(':')
}

/** Returns the fingerprint of an imported key (docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html). */
export function importedFingerprint(blob: Buffer, type: string): string {
  if (type === 'ssh-ed25519') return createHash('sha256').update(blob).digest('base64')
  return colons(
    createHash('md5')
      .update(spkiOf(blob) ?? blob)
      .digest(),
  )
}

/** Returns the fingerprint of a generated key: for RSA the SHA-1 of the private key as PKCS#8, in DER. */
export function generatedFingerprint({ privateKey, publicKey }: GeneratedKeyPair): string {
  const blob = publicKeyBlob(publicKey) ?? Buffer.alloc(0)
  if (publicKey.startsWith('ssh-ed25519')) return importedFingerprint(blob, 'ssh-ed25519')
  const der = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' })
  return colons(createHash('sha1').update(der).digest())
}

/** Returns the type that lists show. */
export function typeOf(publicKey: string): string {
  return publicKey.startsWith('ssh-ed25519') ? 'ed25519' : 'rsa'
}

/** Returns the bits of the modulus of an RSA key in the form of SSH. */
export function rsaBitsOf(blob: Buffer): number {
  const exponentAt = 4 + blob.readUInt32BE(0)
  const modulusAt = exponentAt + 4 + blob.readUInt32BE(exponentAt)
  const modulus = blob.subarray(modulusAt + 4)
  return 8 * (modulus[0] === 0 ? modulus.length - 1 : modulus.length)
}

/** Returns a key in the form of RFC 4716. */
export function rfc4716Of({ publicKey }: Pick<KeyPairRecord, 'publicKey'>): string {
  const lines = publicKey.split(' ')[1]?.match(/.{1,70}/g) ?? []
  return ['---- BEGIN SSH2 PUBLIC KEY ----', ...lines, '---- END SSH2 PUBLIC KEY ----'].join('\n')
}
