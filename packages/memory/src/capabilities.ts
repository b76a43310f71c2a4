import type { Capabilities } from '@cloud-keypair/core'
import type { MemoryLimits, MemoryTraits } from './traits.js'

/** Returns the limits of a cloud, with their defaults. */
export function limitsOf({ limits }: MemoryTraits): MemoryLimits {
  const most = { change: 100, powerChange: 100, read: 100, lookup: 100, delete: 100, pageSize: 100, bytes: Infinity }
  return { ...most, ...limits }
}

/** Returns the capabilities that traits describe. An adapter for one cloud has a constant here. */
export function capabilitiesOf(traits: MemoryTraits): Capabilities {
  const { change, powerChange, read, lookup, delete: deleted, pageSize, bytes } = limitsOf(traits)
  return {
    identity: traits.identity,
    name: { allows: traits.nameAllows, maxLength: traits.maxNameLength, unique: traits.uniqueNames },
    keys: { types: traits.keyTypes, rsaBits: traits.rsaBits, unique: traits.keysOnce },
    fingerprints: traits.fingerprint === 'opaque' ? 'undocumented' : [traits.fingerprint],
    description: traits.description,
    tags: traits.tags,
    group: traits.group,
    createInCloud: traits.createInCloud,
    publicKey: traits.publicKey,
    idempotencyToken: traits.idempotencyToken,
    lookup: { items: lookup, bytes },
    pageSize,
    delete: {
      items: deleted,
      bytes,
      refusesInUse: traits.tellsInUse ? traits.refusesInUse : 'undocumented',
      confirms: !traits.deletesSilently,
    },
    notLookedAt: ['launch templates', 'scaling groups'],
    instances: {
      change: { items: change, bytes },
      read: { items: read, bytes },
      powerChange: { items: powerChange, bytes },
      power: traits.power,
      restart: traits.reboot === 'takes-up-key' ? 'reboot' : 'stop-and-start',
      replaces: traits.attachOver.endsWith('-untold') ? 'undocumented' : traits.attachOver === 'replaces',
      showsKeyPairId: traits.showsKeyPairId && traits.identity.includes('id'),
      confirms: traits.changes === 'at-once',
      perItemVerdicts: traits.refusal === 'per-item',
    },
  }
}
