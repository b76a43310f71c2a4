import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CallFailure, InstanceRecord, KeyPairHandle, KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { findByName } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'

/** The key pair that an attach or detach is about, and how to tell it on an instance. */
export interface TargetKeyPair {
  /** The reference in calls. */
  readonly handle: KeyPairHandle
  /** True if it is bound to the instance; `unclear` if the record shows only a name that others have too. */
  isBoundTo(record: InstanceRecord): boolean | 'unclear'
  /** True if a name that an instance shows may be that of an earlier key pair, which was deleted while it was bound. */
  readonly nameMayBeStale: boolean
}

/**
 * Finds out how to recognise a key pair that was just read on instances. It is identified by its id if the cloud resolves
 * ids: its name may be given to another one.
 */
export async function resolveTarget(
  operation: Operation,
  driver: KeyPairStoreDriver,
  instances: InstanceCapabilities,
  handle: KeyPairHandle,
  keyPair: KeyPair,
): Promise<Result<TargetKeyPair, CallFailure>> {
  const { identity, name, delete: deletes } = driver.capabilities
  const nameMayBeStale = !instances.showsKeyPairId && !deletes.refusesInUse
  const byId: KeyPairHandle =
    keyPair.id !== undefined && identity.includes('id')
      ? { by: 'id', id: keyPair.id }
      : { by: 'name', name: keyPair.name }
  if (instances.showsKeyPairId && keyPair.id !== undefined) {
    return ok({ handle: byId, isBoundTo: (record) => record.keyPair?.id === keyPair.id, nameMayBeStale })
  }
  // A look-up by name that found one proves that there is only one.
  const namesakes =
    name.unique || handle.by === 'name' ? ok([keyPair]) : await findByName(operation, driver, keyPair.name)
  if (namesakes.isErr()) return err(namesakes.error)
  const clear = namesakes.value.length <= 1 ? true : 'unclear'
  return ok({
    handle: byId,
    isBoundTo: (record) => (record.keyPair?.name === keyPair.name ? clear : false),
    nameMayBeStale,
  })
}
