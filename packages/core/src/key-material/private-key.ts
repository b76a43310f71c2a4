import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import { err, ok, type Result } from '../result.js'
import { Secret } from '../secret.js'
import { formatEd25519, readOpenSshFile } from './ed25519-file.js'
import { curves, joinFields, readKeyBlob, toMpint } from './key-blob.js'
import type { PublicKey, PublicKeyType } from './public-key.js'

/** The reason that no public key can be derived from a private key. Never quotes a part of the key. */
export interface PrivateKeyProblem {
  readonly reason: 'encrypted' | 'other-format' | 'unsupported-type' | 'malformed'
  /** One sentence without a full stop. */
  readonly message: string
  /** The remedy. */
  readonly hint?: string
}

/**
 * Derives the public key of a private one, which is tried: it has to sign what the public one verifies.
 * Takes unencrypted PEM: PKCS#1, SEC 1 and PKCS#8, of RSA, ECDSA (NIST curves) and Ed25519, and Ed25519 in OpenSSH's
 * own format. OpenSSH's format of other types, and PuTTY's, are the problem `other-format`.
 */
export function publicKeyOf(privateKey: Secret): Result<PublicKey, PrivateKeyProblem> {
  return readPrivateKey(privateKey.reveal()).andThen((key) => {
    const halves = { privateKey: key, publicKey: createPublicKey(key) }
    return publicKeyFrom(halves.publicKey).andThen((line) => (fitTogether(halves) ? ok(line) : malformedPem))
  })
}

function readPrivateKey(text: string): Result<KeyObject, PrivateKeyProblem> {
  if (isEncryptedPem(text)) return encrypted('ssh-keygen -p -m PEM -f <file>')
  if (/^PuTTY-User-Key-File-/m.test(text)) return otherFormat
  return /-BEGIN OPENSSH PRIVATE KEY-/.test(text) ? readOpenSsh(text) : readPem(text)
}

/** True if a text is PEM that is encrypted with a passphrase. */
export function isEncryptedPem(text: string): boolean {
  return /-BEGIN ENCRYPTED PRIVATE KEY-|^Proc-Type: 4,ENCRYPTED/m.test(text)
}

function readOpenSsh(text: string): Result<KeyObject, PrivateKeyProblem> {
  const file = readOpenSshFile(text)
  switch (file.kind) {
    case 'ed25519':
      return ok(file.key)
    case 'encrypted':
      return encrypted('ssh-keygen -p -f <file>')
    case 'other-type':
      return otherFormat
    case 'malformed':
      return malformedPem
  }
}

function encrypted(command: string): Result<never, PrivateKeyProblem> {
  return err({
    reason: 'encrypted',
    message: 'The private key is encrypted with a passphrase',
    hint: `Remove the passphrase: ${command}`,
  })
}

const otherFormat: Result<never, PrivateKeyProblem> = err({
  reason: 'other-format',
  message: 'The private key is in the format of OpenSSH or PuTTY, and PEM is expected',
  hint: 'Convert the key in place: ssh-keygen -p -m PEM -f <file>',
})

/** Returns the public key of a key of Node.js. */
export function publicKeyFrom(key: KeyObject): Result<PublicKey, PrivateKeyProblem> {
  const parts = partsOf(key)
  if (parts === undefined) {
    return err({ reason: 'unsupported-type', message: 'The private key is not RSA, ECDSA on a NIST curve, or Ed25519' })
  }
  const blob = joinFields([Buffer.from(parts.type), ...parts.fields])
  return readKeyBlob(parts.type, blob).mapErr(({ reason, message }) => ({
    reason: reason === 'unsupported-size' ? 'unsupported-type' : 'malformed',
    message,
  }))
}

const malformedPem: Result<never, PrivateKeyProblem> = err({
  reason: 'malformed',
  message: 'The private key is damaged, or the text is not a private key in PEM',
})

interface Halves {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

function readPem(pem: string): Result<KeyObject, PrivateKeyProblem> {
  try {
    return ok(createPrivateKey(pem))
  } catch {
    return malformedPem
  }
}

/**
 * True if the halves fit together. A file with one wrong byte can still be parsed as a key, and no guest would accept
 * it.
 */
function fitTogether({ privateKey, publicKey }: Halves): boolean {
  const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const message = Buffer.from('cloud-keypair')
  try {
    return verify(algorithm, message, publicKey, sign(algorithm, message, privateKey))
  } catch {
    return false
  }
}

interface KeyParts {
  readonly type: PublicKeyType
  /** The fields after the type in the wire form. */
  readonly fields: readonly Uint8Array[]
}

function partsOf(key: KeyObject): KeyParts | undefined {
  const { kty, crv, n, e, x, y } = toJwk(key)
  if (kty === 'RSA' && n !== undefined && e !== undefined) {
    return { type: 'ssh-rsa', fields: [toMpint(Buffer.from(e, 'base64url')), toMpint(Buffer.from(n, 'base64url'))] }
  }
  if (kty === 'OKP' && crv === 'Ed25519' && x !== undefined) {
    return { type: 'ssh-ed25519', fields: [Buffer.from(x, 'base64url')] }
  }
  const curve = curves.find(({ jwk }) => jwk === crv)
  if (kty !== 'EC' || curve === undefined || x === undefined || y === undefined) return undefined
  const point = Buffer.concat([new Uint8Array([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return { type: curve.type, fields: [Buffer.from(curve.name), point] }
}

/** Returns the JWK of a key. Node.js throws for types and curves without one; they have no SSH form either. */
function toJwk(key: KeyObject): JsonWebKey {
  try {
    return key.export({ format: 'jwk' })
  } catch {
    return {}
  }
}

/**
 * Returns a private key as a text that `ssh -i` reads: PKCS#1 PEM for RSA, SEC 1 PEM for ECDSA, OpenSSH's own format for
 * Ed25519.
 */
export function formatPrivateKey(key: KeyObject): Secret {
  if (key.asymmetricKeyType === 'ed25519') return formatEd25519(key)
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'
  return new Secret(key.export({ type, format: 'pem' }).toString())
}
