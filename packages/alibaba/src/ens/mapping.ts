import type { InstanceRecord, KeyPair } from '@cloud-keypair/core'
import { dateOf, powerOf } from '../mapping.js'
import type { WireInstance, WireKeyPair } from './schemas.js'

/** A key pair as the vendor lists it, or answers an import with. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  const createdAt = dateOf(wire.CreationTime)
  return {
    name: wire.KeyPairName,
    ...(wire.KeyPairId && { id: wire.KeyPairId }),
    ...(wire.KeyPairFingerPrint && { fingerprint: wire.KeyPairFingerPrint }),
    ...(createdAt && { createdAt }),
  }
}

/** An instance as the vendor lists it, with the name of its key pair, which may have been deleted since, and no id. */
export function instanceOf({ InstanceId, Status, KeyPairName }: WireInstance): InstanceRecord {
  return { id: InstanceId, power: powerOf(Status), ...(KeyPairName && { keyPair: { name: KeyPairName } }) }
}
