import type { Capabilities } from '@cloud-keypair/core'

const limit = { items: 100 } as const
const limits = { change: limit, read: limit, powerChange: limit } as const

/** The capabilities of Graupel. */
export const capabilities: Capabilities = {
  identity: ['id'],
  name: { allows: ['a-z', 'A-Z', '0-9', '_', '-'], maxLength: 64, unique: false },
  keys: { types: ['ssh-rsa'], rsaBits: 'undocumented', unique: false },
  fingerprints: [],
  description: 'none',
  tags: 'at-creation',
  group: 'none',
  createInCloud: false,
  publicKey: false,
  idempotencyToken: false,
  lookup: limit,
  pageSize: 100,
  delete: { ...limit, refusesInUse: true, confirms: true },
  notLookedAt: ['images'],
  instances: {
    ...limits,
    power: ['stopped'],
    restart: 'reboot',
    replaces: true,
    showsKeyPairId: true,
    confirms: true,
    perItemVerdicts: false,
  },
}
