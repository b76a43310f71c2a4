import { generateKeyPair } from '@cloud-keypair/core'

const material = await generateKeyPair({ keyType: 'rsa', bits: 2048 })

/** The public key of the new key pair in the checks. */
export const publicKey: string = material.publicKey.line

/** The options of the rotations in the checks. */
export const rotation = { from: 'key-0', to: { name: 'key-1', publicKey } } as const
