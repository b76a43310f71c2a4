import type { KeyPair } from '@cloud-keypair/core'
import type { InstanceRecord } from '@cloud-keypair/core/driver'
import { dateOf, powerOf } from '../mapping.js'
import type { WireInstance, WireKeyPair } from './schemas.js'

/** Maps a key pair of a list or of the answer to an import. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  const createdAt = dateOf(wire.CreationTime)
  return {
    name: wire.KeyPairName,
    ...(wire.KeyPairId && { id: wire.KeyPairId }),
    ...(wire.KeyPairFingerPrint && { fingerprint: wire.KeyPairFingerPrint }),
    ...(createdAt && { createdAt }),
  }
}

/** Maps an instance. It shows the name of its key pair, which may have been deleted since, and no id. */
export function instanceOf({ InstanceId, Status, KeyPairName }: WireInstance): InstanceRecord {
  return { id: InstanceId, power: powerOf(Status), ...(KeyPairName && { keyPair: { name: KeyPairName } }) }
}
