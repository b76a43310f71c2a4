import { createPublicKey } from 'node:crypto'
import { err, ok, type Result } from '../result.js'
import type { PublicKey, PublicKeyProblem, PublicKeyType } from './public-key.js'

/** RFC 5656: the curve's name in the blob, its name in a JWK, and its size. */
export const curves = [
  { type: 'ecdsa-sha2-nistp256', name: 'nistp256', jwk: 'P-256', bits: 256 },
  { type: 'ecdsa-sha2-nistp384', name: 'nistp384', jwk: 'P-384', bits: 384 },
  { type: 'ecdsa-sha2-nistp521', name: 'nistp521', jwk: 'P-521', bits: 521 },
] as const

type Curve = (typeof curves)[number]

/**
 * Reads a public key from its wire form, whose type has to be the one that stands before it in the line.
 * The blob has to be whole, and every number in it sound.
 */
export function readKeyBlob(type: PublicKeyType, blob: Uint8Array): Result<PublicKey, PublicKeyProblem> {
  const fields = splitFields(blob)
  if (fields === undefined) return malformed('The key is cut short')
  const [inner, ...numbers] = fields
  if (inner === undefined || !hasText(inner, type)) {
    return malformed(`The key is not of the type ${type} that stands before it`)
  }
  return bitsOf(type, numbers).map((bits) => ({
    type,
    bits,
    blob,
    line: `${type} ${Buffer.from(blob).toString('base64')}`,
  }))
}

function bitsOf(type: PublicKeyType, fields: readonly Uint8Array[]): Result<number, PublicKeyProblem> {
  switch (type) {
    case 'ssh-rsa':
      return rsaBits(fields)
    case 'ssh-ed25519':
      return ed25519Bits(fields)
    case 'ecdsa-sha2-nistp256':
      return ecdsaBits(curves[0], fields)
    case 'ecdsa-sha2-nistp384':
      return ecdsaBits(curves[1], fields)
    case 'ecdsa-sha2-nistp521':
      return ecdsaBits(curves[2], fields)
  }
}

function hasText(field: Uint8Array, text: string): boolean {
  return Buffer.from(text).equals(field)
}

/** The least of `ssh-keygen(1)`, option `-b`, and the most of the OpenSSL beneath it (`OPENSSL_RSA_MAX_MODULUS_BITS`). */
const rsaSize = { least: 1024, most: 16_384 } as const

function rsaBits([e, n, ...rest]: readonly Uint8Array[]): Result<number, PublicKeyProblem> {
  if (e === undefined || n === undefined || rest.length > 0) return wrongFields
  // Looked at before any arithmetic on the number; its first byte may be the zero of a set top bit.
  if (n.length > rsaSize.most / 8 + 1) return unsupportedSize(`more than ${rsaSize.most}`)
  const modulus = fromMpint(n)
  const exponent = fromMpint(e)
  if (modulus === undefined || modulus === 0n) {
    return malformed('The RSA modulus is not a positive number, minimally written')
  }
  if (modulus % 2n === 0n) return malformed('The RSA modulus is even')
  if (exponent === undefined || exponent < 3n || exponent % 2n === 0n || exponent >= modulus) {
    return malformed('The RSA exponent is not an odd number from 3 to the modulus')
  }
  const bits = modulus.toString(2).length
  if (bits < rsaSize.least || bits > rsaSize.most) return unsupportedSize(String(bits))
  return ok(bits)
}

function unsupportedSize(bits: string): Result<never, PublicKeyProblem> {
  return err({
    reason: 'unsupported-size',
    message: `An RSA key of ${rsaSize.least} to ${rsaSize.most} bits is expected, and this one has ${bits}`,
    hint: 'Make one of 3072 bits: ssh-keygen -t rsa -b 3072',
  })
}

function ecdsaBits(curve: Curve, [name, point, ...rest]: readonly Uint8Array[]): Result<number, PublicKeyProblem> {
  if (name === undefined || point === undefined || rest.length > 0) return wrongFields
  if (!hasText(name, curve.name)) return malformed(`The curve of a key of type ${curve.type} is ${curve.name}`)
  const size = Math.ceil(curve.bits / 8)
  // 4 says that both coordinates follow (SEC 1, section 2.3.3), the one form that OpenSSH writes and reads.
  if (point.length !== 1 + 2 * size || point[0] !== 4) return malformed("The key's point is not of its curve's form")
  const x = point.subarray(1, 1 + size)
  const y = point.subarray(1 + size)
  return isOnCurve(curve.jwk, x, y) ? ok(curve.bits) : malformed('The point of the key is not on its curve')
}

function isOnCurve(crv: string, x: Uint8Array, y: Uint8Array): boolean {
  try {
    createPublicKey({
      key: { kty: 'EC', crv, x: Buffer.from(x).toString('base64url'), y: Buffer.from(y).toString('base64url') },
      format: 'jwk',
    })
    return true
  } catch {
    return false
  }
}

function ed25519Bits([point, ...rest]: readonly Uint8Array[]): Result<number, PublicKeyProblem> {
  if (point === undefined || rest.length > 0) return wrongFields
  return point.length === 32 ? ok(256) : malformed('An Ed25519 key has 32 bytes')
}

function malformed(message: string): Result<never, PublicKeyProblem> {
  return err({ reason: 'malformed', message, hint: 'Copy the line again, whole, from the .pub file' })
}

/** Truncated to whole fields, or followed by others. */
const wrongFields: Result<never, PublicKeyProblem> = malformed('The key has other fields than its type has')

/**
 * Splits a blob into its fields, each with its length in four bytes before it (RFC 4251, section 5, `string`;
 * an `mpint` has the same frame). Undefined if the last field is cut short: then it is no such blob.
 */
export function splitFields(blob: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const fields: Uint8Array[] = []
  let offset = 0
  while (offset < blob.length) {
    if (blob.length - offset < 4) return undefined
    const start = offset + 4
    const end = start + view.getUint32(offset)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(start, end))
    offset = end
  }
  return fields
}

/** Joins fields, the reverse of {@link splitFields}. */
export function joinFields(fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(field.length)
      return [length, field]
    }),
  )
}

/** Returns a number that is not negative as an `mpint`: with one leading zero byte only if its top bit is set. */
export function toMpint(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first === -1) return new Uint8Array()
  const digits = bytes.subarray(first)
  return (digits[0] ?? 0) >= 0x80 ? Buffer.concat([new Uint8Array(1), digits]) : digits
}

/** Returns the number of an `mpint`. Undefined if it is negative, or has needless leading zeros. */
function fromMpint(field: Uint8Array): bigint | undefined {
  const [first = 0, second = 0] = field
  if (first >= 0x80) return undefined
  if (field.length > 0 && first === 0 && second < 0x80) return undefined
  return BigInt(`0x0${Buffer.from(field).toString('hex')}`)
}
