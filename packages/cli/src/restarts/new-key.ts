import { readText } from '../instance-ids.js'
import type { InputStream } from '../surroundings.js'
import { usageError } from '../usage-error.js'

interface NewKey {
  readonly privateKey: string | undefined
  readonly publicKey: string | undefined
  readonly reuse: true | undefined
  readonly keyType: string | undefined
  readonly bits: string | undefined
}

/**
 * Returns the public key that a rotation is given; undefined if it generates one. Throws a usage error for both or
 * neither.
 */
export async function newKeyOf(options: NewKey, stdin: InputStream): Promise<string | undefined> {
  const { privateKey, publicKey } = options
  if (publicKey !== undefined) mustGenerateNone(options)
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

/** Throws a usage error for an option that means nothing without a key that is generated. */
export function mustGenerateNone({ privateKey, reuse, keyType, bits }: Omit<NewKey, 'publicKey'>): void {
  const options = [privateKey && '--private-key', reuse && '--reuse', keyType && '--key-type', bits && '--bits']
  const given = options.find(Boolean)
  if (given) throw usageError(`no key is generated, so ${given} has no effect`, `Leave out ${given}.`)
}
