import type { KeyPair } from '@cloud-keypair/core'
import type { InstanceRecord, Page } from '@cloud-keypair/core/driver'
import { keyPairFrom } from '@cloud-keypair/core/http'
import { powerOf } from '../mapping.js'
import type { Maybe } from '../schemas.js'
import type { WireInstance, WireKeyPair } from './schemas.js'

/** Maps a key pair of a list or of the answer to an import. Only a create tells an id, which no action accepts. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  const keyPair = keyPairFrom({
    name: wire.KeyPairName,
    fingerprint: wire.KeyPairFingerPrint,
    tags: wire.Tags && Object.fromEntries(wire.Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])),
    group: wire.ResourceGroupId,
    createdAt: wire.CreationTime,
  })
  // As it is written: the vendor's samples have no whole key.
  return { ...keyPair, ...(wire.PublicKey && { publicKey: wire.PublicKey }) }
}

/** Maps an instance; without a key pair it lacks the field. */
export function instanceOf({ InstanceId, Status, KeyPairName, OSType }: WireInstance): InstanceRecord {
  return {
    id: InstanceId,
    power: powerOf(Status),
    ...(KeyPairName && { keyPair: { name: KeyPairName } }),
    // AttachKeyPair refuses it: DependencyViolation.WindowsInstance.
    ...(OSType === 'windows' && { unsupported: 'Windows takes no key pairs' }),
  }
}

/** Makes a page of a list that is paged by token. */
export function tokenPageOf<T>(items: readonly T[], nextToken: Maybe): Page<T> {
  return { items, ...(nextToken && { cursor: nextToken }) }
}
