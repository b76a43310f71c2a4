import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { GeneratedKeyPairMaterial } from '@cloud-keypair/core'

/** The form of a cloud's fingerprint of a key. `other` is of another key, or in an unknown form. */
export type FingerprintForm =
  | { readonly kind: 'md5' | 'md5-of-spki' }
  /** 20 bytes that none of the usual sums gives. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'other'; readonly what: string }

/** Tells what a fingerprint is of the key, by the sums that other clouds show as one. */
export function fingerprintForm(fingerprint: string, material: GeneratedKeyPairMaterial): FingerprintForm {
  const hex = fingerprint.trim().toLowerCase().replaceAll(':', '')
  const found = sums(material).find(({ digest }) => digest === hex || digest === fingerprint.trim())
  if (found?.name === md5) return { kind: 'md5' }
  if (found?.name === md5OfSpki) return { kind: 'md5-of-spki' }
  if (found !== undefined) return { kind: 'other', what: found.name }
  if (/^[0-9a-f]{40}$/.test(hex)) return { kind: 'opaque' }
  return { kind: 'other', what: `${fingerprint.length} characters that no sum of the key gives` }
}

const md5 = 'MD5 of the public key'
const md5OfSpki = 'MD5 of the DER of the public key'

function sums({ privateKey, publicKey }: GeneratedKeyPairMaterial): readonly { name: string; digest: string }[] {
  const sum = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex')
  const key = createPrivateKey(privateKey.reveal())
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const sha256 = createHash('sha256').update(publicKey.blob).digest('base64').replace(/=+$/, '')
  return [
    { name: md5, digest: sum('md5', publicKey.blob) },
    { name: 'SHA-1 of the public key', digest: sum('sha1', publicKey.blob) },
    { name: 'SHA-256 of the public key', digest: `SHA256:${sha256}` },
    { name: 'MD5 of the OpenSSH line', digest: sum('md5', Buffer.from(publicKey.line)) },
    { name: md5OfSpki, digest: sum('md5', spki) },
    { name: 'SHA-1 of the DER of the public key', digest: sum('sha1', spki) },
    {
      name: 'SHA-1 of the PKCS#8 of the private key',
      digest: sum('sha1', key.export({ type: 'pkcs8', format: 'der' })),
    },
  ]
}
