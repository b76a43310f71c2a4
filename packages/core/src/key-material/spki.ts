import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { curves, splitFields } from './key-blob.js'
import type { PublicKey } from './public-key.js'

/**
 * Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) of a key, in DER. Undefined if the OpenSSL of this
 * Node.js refuses the key, as in FIPS mode.
 */
export function spkiOf(key: PublicKey): Uint8Array | undefined {
  try {
    return createPublicKey({ key: jwkOf(key), format: 'jwk' }).export({ type: 'spki', format: 'der' })
  } catch {
    return undefined
  }
}

function jwkOf({ type, blob }: PublicKey): JsonWebKey {
  const [, ...fields] = splitFields(blob) ?? []
  const [first = none, second = none] = fields
  const curve = curves.find((known) => known.type === type)
  if (curve !== undefined) {
    // The point begins with a byte that says that both coordinates follow.
    const size = (second.length - 1) / 2
    return { kty: 'EC', crv: curve.jwk, x: text(second.subarray(1, 1 + size)), y: text(second.subarray(1 + size)) }
  }
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: text(first) }
  return { kty: 'RSA', e: text(first), n: text(second) }
}

const none = new Uint8Array()

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
