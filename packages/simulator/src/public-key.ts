import { createHash, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from './random.js'
import { spkiOf } from './spki.js'

/** A key pair as a cloud generates it. The private half is never kept outside of the answer that carries it. */
export interface GeneratedKeyPair {
  /** PEM, PKCS#1. */
  readonly privateKey: string
  /** OpenSSH line: type and base64. */
  readonly publicKey: string
}

const keyLine = /^((?:ssh|ecdsa|sk)-[\w.@-]+) ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/

/**
 * Returns the bytes of an OpenSSH line. Undefined if the text is not one, or the bytes name another type (RFC 4253, 6.6).
 */
export function publicKeyBlob(line: string): Buffer | undefined {
  const [, type, base64] = keyLine.exec(line.trim()) ?? []
  if (type === undefined || base64 === undefined) return undefined
  const blob = Buffer.from(base64, 'base64')
  const named = blob.length < 4 ? '' : blob.toString('latin1', 4, 4 + blob.readUInt32BE(0))
  return named === type && blob.length > 4 + type.length ? blob : undefined
}

/**
 * Returns the MD5 of a key as 32 hexadecimal digits without colons: of its bytes in the form of SSH, or of its
 * SubjectPublicKeyInfo, which is what Amazon EC2 hashes under a page that says RFC 4716. Any other form is 40 digits
 * that nobody can compute from a key.
 */
export function fingerprintOf(blob: Buffer, form: string, opaque: string): string {
  const bytes = form === 'md5' ? blob : form === 'md5-of-spki' ? spkiOf(blob) : undefined
  return bytes === undefined ? opaque : createHash('md5').update(bytes).digest('hex')
}

/** Makes an ed25519 line without a private key: the same for the same random numbers. */
export function inventPublicKey(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  return openSshLine('ssh-ed25519', [bytes])
}

const generate = promisify(generateKeyPair)

/** Generates an RSA key pair of 2048 bits. */
export async function generateRsaKeyPair(): Promise<GeneratedKeyPair> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  return {
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: openSshLine('ssh-rsa', [positive(e), positive(n)]),
  }
}

/** Returns a positive mpint: with a zero byte before a leading bit that is set (RFC 4251, 5). */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}

function openSshLine(type: string, fields: readonly Buffer[]): string {
  const blob = Buffer.concat([Buffer.from(type), ...fields].flatMap((field) => [length(field), field]))
  return `${type} ${blob.toString('base64')}`
}

function length(field: Buffer): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(field.length)
  return bytes
}
