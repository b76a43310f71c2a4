import type { Capabilities } from '@cloud-keypair/core'

/** The capabilities of Virga. */
export const capabilities: Capabilities = {
  identity: ['name'],
  name: { allows: 'any', maxLength: 128, unique: true },
  keys: { types: 'undocumented', rsaBits: 'undocumented', unique: false },
  fingerprints: ['md5'],
  description: 'none',
  tags: 'any-time',
  group: 'none',
  createInCloud: true,
  publicKey: false,
  idempotencyToken: true,
  lookup: { items: 50 },
  pageSize: 100,
  // A key pair of a server's launch can be deleted too.
  delete: { items: 1, refusesInUse: false, confirms: true },
  notLookedAt: [],
  instances: false,
}
