import type { MetadataSupport } from '@cloud-keypair/core'

/** True if the cloud changes this piece of metadata of a key pair that exists. */
export function isChangeable(support: MetadataSupport): boolean {
  return support === 'any-time' || support === 'after-creation'
}
