import type { KeyPair } from '@cloud-keypair/core'
import type { InstanceRecord, KeyPairHandle, Page } from '@cloud-keypair/core/driver'
import { failureOfItem } from './errors.js'
import type { ListedInstance } from './cloud/instance-reads.js'
import type { DeletedKeyPair } from './cloud/key-pair-changes.js'
import type { Page as CloudPage } from './cloud/pages.js'
import type { KeyPairRecord } from './cloud/region.js'
import type { MemoryTraits } from './traits.js'

/** Maps a key pair. Traits decide which fields the cloud shows; an adapter maps the fields of the answer. */
export function keyPairOf(record: KeyPairRecord, traits: MemoryTraits): KeyPair {
  const { id, name, fingerprint, publicKey, description, tags, group, createdAt } = record
  return {
    name,
    ...(traits.identity.includes('id') && { id }),
    fingerprint,
    ...(traits.publicKey && { publicKey }),
    ...(traits.description !== 'none' && { description }),
    ...(traits.tags !== 'none' && { tags }),
    ...(traits.group !== 'none' && { group }),
    createdAt,
  }
}

/** Maps an instance. */
export function instanceOf(
  { id, power, isChanging, failed, keyPairs }: ListedInstance,
  traits: MemoryTraits,
): InstanceRecord {
  const byId = traits.showsKeyPairId && traits.identity.includes('id')
  const byName = !byId || traits.identity.includes('name')
  const [keyPair, ...alsoBound] = keyPairs.map((bound) => ({
    ...(byId && { id: bound.id }),
    ...(byName && { name: bound.name }),
  }))
  return {
    id,
    power,
    ...(isChanging && { isChanging }),
    ...(failed && { failedTask: { id: failed.task, failure: failureOfItem(failed.refusal) } }),
    ...(keyPair && { keyPair }),
    ...(alsoBound.length > 0 && { alsoBound }),
  }
}

/** Maps a page. */
export function pageOf<From, To>({ items, next }: CloudPage<From>, map: (item: From) => To): Page<To> {
  return { items: items.map(map), ...(next !== undefined && { cursor: next }) }
}

/** Returns the reference by which a change names a key pair that was read. */
export function handleOf({ id, name }: KeyPair): KeyPairHandle {
  return id === undefined ? { by: 'name', name } : { by: 'id', id }
}

/** Returns the item of a key pair in a delete. Its verdict has its id, or its name if it has no id. */
export function deletedOf(keyPair: KeyPair): DeletedKeyPair {
  return { key: keyPair.id ?? keyPair.name, label: keyPair.name, handle: handleOf(keyPair) }
}
