import { generateKeyPairSync } from 'node:crypto'

/** Makes an Ed25519 key in the form of OpenSSH. */
export function newPublicKey(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const parts = [Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')]
  const blob = parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), part])
  return `ssh-ed25519 ${Buffer.concat(blob).toString('base64')}`
}
