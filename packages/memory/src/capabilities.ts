import type { Capabilities } from '@cloud-keypair/core'
import { longestName } from './cloud/region.js'
import type { MemoryLimits, MemoryTraits } from './traits.js'

/** The limits of a cloud, its defaults filled in. */
export function limitsOf({ limits }: MemoryTraits): MemoryLimits {
  const most = { change: 100, powerChange: 100, read: 100, lookup: 100, delete: 100, pageSize: 100, bytes: Infinity }
  return { ...most, ...limits }
}

/** What core is told of the cloud. An adapter for one cloud has a constant here. */
export function capabilitiesOf(traits: MemoryTraits): Capabilities {
  const { change, powerChange, read, lookup, delete: deleted, pageSize, bytes } = limitsOf(traits)
  return {
    identity: traits.identity,
    name: { maxLength: longestName, unique: traits.uniqueNames },
    description: traits.description,
    tags: traits.tags,
    group: traits.group,
    createInCloud: traits.createInCloud,
    publicKey: traits.publicKey,
    idempotencyToken: traits.idempotencyToken,
    lookup: { items: lookup, bytes },
    pageSize,
    delete: { items: deleted, bytes, refusesInUse: traits.refusesInUse },
    instances: {
      change: { items: change, bytes },
      read: { items: read, bytes },
      powerChange: { items: powerChange, bytes },
      power: traits.power,
      restart: traits.reboot === 'takes-up-key' ? 'reboot' : 'stop-and-start',
      replaces: traits.attachOver.endsWith('-untold') ? 'undocumented' : traits.attachOver === 'replaces',
      showsKeyPairId: traits.showsKeyPairId && traits.identity.includes('id'),
      perItemVerdicts: traits.refusal === 'per-item',
    },
  }
}
