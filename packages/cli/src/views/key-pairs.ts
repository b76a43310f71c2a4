import type { KeyPair } from '@cloud-keypair/core'
import type { View } from '../output/view.js'

/** The facts that operations add to a key pair. */
interface Known {
  readonly verified?: boolean
  readonly changed?: boolean
}

const columns = {
  name: ({ name }: KeyPair) => name,
  id: ({ id }: KeyPair) => id,
  fingerprint: ({ fingerprint }: KeyPair) => fingerprint,
  description: ({ description }: KeyPair) => description || undefined,
  tags: ({ tags = {} }: KeyPair) => {
    const keys = Object.keys(tags).sort()
    return keys.length === 0 ? undefined : keys.map((key) => `${key}=${tags[key]}`).join(',')
  },
  group: ({ group }: KeyPair) => group,
  created: ({ createdAt }: KeyPair) => isoOf(createdAt),
  updated: ({ updatedAt }: KeyPair) => isoOf(updatedAt),
  'public-key': ({ publicKey }: KeyPair) => publicKey,
} as const

/** Key pairs of a list. */
export const keyPairsView: View<KeyPair> = {
  columns,
  usual: ['name', 'id', 'fingerprint', 'tags', 'created'],
  nameOf: ({ name }) => name,
}

/** One key pair, with all of its fields. */
export const keyPairView: View<KeyPair & Known> = {
  columns: { ...columns, verified: ({ verified }: Known) => verified, changed: ({ changed }: Known) => changed },
  usual: [...Object.keys(columns), 'verified', 'changed'],
  nameOf: ({ name }) => name,
}

/** Returns a date without the milliseconds, which no cloud records. */
function isoOf(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(/\.\d{3}Z$/, 'Z')
}
