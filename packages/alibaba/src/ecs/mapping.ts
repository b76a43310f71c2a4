import type { KeyPair } from '@cloud-keypair/core'
import type { InstanceRecord, Page } from '@cloud-keypair/core/driver'
import { dateOf, powerOf } from '../mapping.js'
import type { Maybe } from '../schemas.js'
import type { WireInstance, WireKeyPair } from './schemas.js'

/** Maps a key pair of a list or of the answer to an import. Only a create tells an id, which no action accepts. */
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
