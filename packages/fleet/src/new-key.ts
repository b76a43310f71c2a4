import { generateKeyPair, ok, parsePublicKey, publicKeyOf, type Result, type SavePrivateKey } from '@cloud-keypair/core'
import { failed, FleetError } from './fleet-error.js'

/** The new key pair of a rotation: its public key, or the storage for a private key that is made once for all places. */
export type NewKey =
  | { readonly name: string; readonly publicKey: string }
  | { readonly name: string; readonly save: SavePrivateKey; readonly keyType?: 'rsa' | 'ecdsa' | 'ed25519' | undefined }

/**
 * Returns the public key for all places. Makes and saves the private key first, unless an earlier submission did, or `load`
 * gives one.
 */
export async function publicKeyFor(to: NewKey, ofEarlier: string | undefined): Promise<Result<string, FleetError>> {
  if ('publicKey' in to) {
    return parsePublicKey(to.publicKey)
      .map(({ line }) => line)
      .mapErr(({ message, hint = 'Give another key.' }) => new FleetError('invalid-argument', message, hint))
  }
  if (ofEarlier !== undefined) return ok(ofEarlier)
  const { save, keyType } = to
  try {
    const saved = await save.load?.()
    if (saved !== undefined) {
      return publicKeyOf(saved)
        .map(({ line }) => line)
        .mapErr(
          ({ message, hint = 'Give another key.' }) =>
            new FleetError('storage', `The saved private key cannot be used: ${message}`, hint),
        )
    }
    const { privateKey, publicKey } = await generateKeyPair(keyType === undefined ? {} : { keyType })
    await save(privateKey)
    return ok(publicKey.line)
  } catch {
    // The thrown error is not quoted: it may hold the private key.
    return failed(
      'storage',
      'The private key could not be saved or loaded',
      'Make its storage work. Nothing was begun.',
    )
  }
}
