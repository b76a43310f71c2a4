import type { KeyPairReference } from '@cloud-keypair/core'
import { usageError } from './usage-error.js'

/** Explains how an argument names a key pair, for the help of a command. */
export const keyPairArgument = 'the name of the key pair; or id: and its id'

/** Reads an argument that names a key pair: `deploy`, `id:kp-1`, or `name:id:odd` for a name that begins with `id:`. */
export function parseReference(text: string): KeyPairReference {
  const [, kind, rest = ''] = /^(id|name):(.*)$/s.exec(text) ?? []
  const value = kind === undefined ? text : rest
  if (value === '') throw usageError('a key pair has no name', 'Give a name, or id: and an id.')
  return kind === 'id' ? { id: value } : { name: value }
}
