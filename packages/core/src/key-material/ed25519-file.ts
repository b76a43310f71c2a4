import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { Secret } from '../secret.js'
import { joinFields, splitFields } from './key-blob.js'

// The format is PROTOCOL.key of OpenSSH. Older versions, 9.2 among them, read an Ed25519 key in no other.

const magic = Buffer.from('openssh-key-v1\0')
const noCipher = Buffer.from('none')
const empty = new Uint8Array()
const keyType = Buffer.from('ssh-ed25519')
/** The header of a file with one key and no passphrase. */
const plainHeader = Buffer.concat([magic, joinFields([noCipher, noCipher, empty]), Buffer.of(0, 0, 0, 1)])
/** Bytes of the random number, twice. */
const checks = 8
/** Bytes of the private half alone; the public half follows. */
const seed = 32
/** Bytes of the fields with the type, the public half and both halves. */
const keyFields = 4 + keyType.length + 4 + 32 + 4 + 64
const blockSize = 8

/** Returns an Ed25519 private key in OpenSSH's own format, without a passphrase. */
export function formatEd25519(key: KeyObject): Secret {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const point = Buffer.from(x, 'base64url')
  const both = Buffer.concat([Buffer.from(d, 'base64url'), point])
  // The same random number twice shows a reader with a passphrase that it decrypted the rest.
  const check = randomBytes(4)
  const body = Buffer.concat([check, check, joinFields([keyType, point, both, empty])])
  const padding = Buffer.from(Array.from({ length: -body.length & (blockSize - 1) }, (_, index) => index + 1))
  const fields = joinFields([joinFields([keyType, point]), Buffer.concat([body, padding])])
  const lines =
    Buffer.concat([plainHeader, fields])
      .toString('base64')
      .match(/.{1,70}/g) ?? []
  const label = 'OPENSSH PRIVATE KEY'
  return new Secret([`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n'))
}

/** A file in OpenSSH's own format: a key without a passphrase, or the reason that there is none to read. */
type OpenSshFile =
  | { readonly kind: 'ed25519'; readonly key: KeyObject }
  | { readonly kind: 'encrypted' | 'other-type' | 'malformed' }

/** Reads a file in OpenSSH's own format. */
export function readOpenSshFile(text: string): OpenSshFile {
  const [, base64 = ''] = /-BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END OPENSSH PRIVATE KEY-/.exec(text) ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (!bytes.subarray(0, magic.length).equals(magic)) return { kind: 'malformed' }
  const isEd25519 = bytes.includes(keyType)
  if (!bytes.subarray(0, plainHeader.length).equals(plainHeader)) {
    return { kind: isEd25519 ? 'encrypted' : 'other-type' }
  }
  if (!isEd25519) return { kind: 'other-type' }
  const [, body = empty] = splitFields(bytes.subarray(plainHeader.length)) ?? []
  const [type, point = empty, both = empty] = splitFields(body.subarray(checks, checks + keyFields)) ?? []
  const key = type !== undefined && Buffer.from(type).equals(keyType) ? ed25519KeyOf(both, point) : undefined
  return key === undefined ? { kind: 'malformed' } : { kind: 'ed25519', key }
}

/** Returns the key of a private and a public half. Undefined if they do not fit together. */
function ed25519KeyOf(both: Uint8Array, point: Uint8Array): KeyObject | undefined {
  const text = (part: Uint8Array): string => Buffer.from(part).toString('base64url')
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', d: text(both.subarray(0, seed)), x: text(point) }
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    // Node.js derives the public half, and does not look at `x`.
    const { x } = key.export({ format: 'jwk' })
    return x === text(point) && x === text(both.subarray(seed)) ? key : undefined
  } catch {
    return undefined
  }
}
