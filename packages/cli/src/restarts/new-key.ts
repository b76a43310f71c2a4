import { readText } from '../instance-ids.js'
import type { InputStream } from '../surroundings.js'
import { usageError } from '../usage-error.js'

interface NewKey {
  readonly privateKey: string | undefined
  readonly publicKey: string | undefined
}

/**
 * Returns the public key that a rotation is given; undefined if it generates one. Throws a usage error for both or
 * neither.
 */
export async function newKeyOf({ privateKey, publicKey }: NewKey, stdin: InputStream): Promise<string | undefined> {
  if (publicKey !== undefined && privateKey !== undefined) {
    throw usageError(
      '--private-key and --public-key exclude each other',
      'Give the one for a new key, or the other for a key that exists.',
    )
  }
  if (publicKey !== undefined) return readText(publicKey, stdin)
  if (privateKey === undefined) {
    throw usageError('no new key is given', 'Give --private-key for a new key, or --public-key for a key that exists.')
  }
  if (privateKey === '-') {
    throw usageError(
      'a rotation keeps its private key in a file, so that it can be resumed',
      'Give --private-key a file.',
    )
  }
  return undefined
}
