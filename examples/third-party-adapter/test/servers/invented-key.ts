import { randomBytes } from 'node:crypto'

/** Makes an OpenSSH line without a private key (RFC 8709, section 4). */
export function inventPublicKey(): string {
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(randomBytes(32))])
  return `ssh-ed25519 ${blob.toString('base64')}`
}

function field(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
