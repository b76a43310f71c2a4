import type { InstanceRecord, KeyPair, Page } from '@cloud-keypair/core'
import { dateOf, powerOf } from '../mapping.js'
import type { Maybe } from '../schemas.js'
import type { WireInstance, WireKeyPair } from './schemas.js'

/** A key pair as the vendor lists it, or answers an import with. Only a create tells an id, by which nothing can be found. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  const createdAt = dateOf(wire.CreationTime)
  return {
    name: wire.KeyPairName,
    ...(wire.KeyPairFingerPrint && { fingerprint: wire.KeyPairFingerPrint }),
    ...(wire.PublicKey && { publicKey: wire.PublicKey }),
    ...(wire.Tags && { tags: Object.fromEntries(wire.Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])) }),
    ...(wire.ResourceGroupId && { group: wire.ResourceGroupId }),
    ...(createdAt && { createdAt }),
  }
}

/** An instance as the vendor lists it; one that has no key pair lacks the field. */
export function instanceOf({ InstanceId, Status, KeyPairName, OSType }: WireInstance): InstanceRecord {
  return {
    id: InstanceId,
    power: powerOf(Status),
    ...(KeyPairName && { keyPair: { name: KeyPairName } }),
    // AttachKeyPair refuses it: DependencyViolation.WindowsInstance.
    ...(OSType === 'windows' && { unsupported: 'Windows takes no key pairs' }),
  }
}

/** A page of a list that is paged by token. */
export function tokenPageOf<T>(items: readonly T[], nextToken: Maybe): Page<T> {
  return { items, ...(nextToken && { cursor: nextToken }) }
}
