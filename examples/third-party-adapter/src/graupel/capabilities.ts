import type { Capabilities } from '@cloud-keypair/core'

const limit = { items: 100 } as const
const limits = { change: limit, read: limit, powerChange: limit } as const

/** The capabilities of Graupel. */
export const capabilities: Capabilities = {
  identity: ['id'],
  name: { maxLength: 64, unique: false },
  description: 'none',
  tags: 'at-creation',
  group: 'none',
  createInCloud: false,
  publicKey: false,
  idempotencyToken: false,
  lookup: limit,
  pageSize: 100,
  delete: { ...limit, refusesInUse: true },
  instances: {
    ...limits,
    power: ['stopped'],
    restart: 'reboot',
    replaces: true,
    showsKeyPairId: true,
    perItemVerdicts: false,
  },
}
