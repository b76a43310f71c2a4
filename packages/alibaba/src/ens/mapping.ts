import type { KeyPair } from '@cloud-keypair/core'
import type { InstanceRecord } from '@cloud-keypair/core/driver'
import { keyPairFrom } from '@cloud-keypair/core/http'
import { powerOf } from '../mapping.js'
import type { WireInstance, WireKeyPair } from './schemas.js'

/** Maps a key pair of a list or of the answer to an import. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  return keyPairFrom({
    name: wire.KeyPairName,
    id: wire.KeyPairId,
    fingerprint: wire.KeyPairFingerPrint,
    createdAt: wire.CreationTime,
  })
}

/** Maps an instance. It shows the name of its key pair, which may have been deleted since, and no id. */
export function instanceOf({ InstanceId, Status, KeyPairName }: WireInstance): InstanceRecord {
  return { id: InstanceId, power: powerOf(Status), ...(KeyPairName && { keyPair: { name: KeyPairName } }) }
}
