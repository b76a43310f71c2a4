import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CallFailure, InstanceRecord, KeyPairHandle, KeyPairStoreDriver } from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { findKeyPair, findByName } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'

/** The key pair that an attach or detach is about, and how to tell it on an instance. */
export interface TargetKeyPair {
  /** What the calls name it by. */
  readonly handle: KeyPairHandle
  /** True if it is bound to the instance; `unclear` where only its name is told, and others have it too. */
  isBoundTo(record: InstanceRecord): boolean | 'unclear'
  /** True if a name that an instance shows may be that of an earlier key pair, which was deleted while it was bound. */
  readonly nameMayBeStale: boolean
}

/**
 * Resolves a handle as far as is needed to tell the key pair on instances, which is not at all where an instance
 * names its key pair by what the handle has. A key pair that was just read is not looked up, and goes by its id from then
 * on if the cloud resolves ids: its name may come to mean another one.
 */
export async function resolveTarget(
  operation: Operation,
  driver: KeyPairStoreDriver,
  instances: InstanceCapabilities,
  handle: KeyPairHandle,
  known?: KeyPair,
): Promise<Result<TargetKeyPair, CallFailure>> {
  const { identity, name, delete: deletes } = driver.capabilities
  const nameMayBeStale = !instances.showsKeyPairId && !deletes.refusesInUse
  if (handle.by === 'id' && instances.showsKeyPairId)
    return ok({ handle, isBoundTo: ({ keyPair }) => keyPair?.id === handle.id, nameMayBeStale })
  if (handle.by === 'name' && name.unique && known === undefined)
    return ok({ handle, isBoundTo: ({ keyPair }) => keyPair?.name === handle.name, nameMayBeStale })

  const found = known === undefined ? await findKeyPair(operation, driver, handle) : ok(known)
  if (found.isErr()) return err(found.error)
  const keyPair = found.value
  const byId: KeyPairHandle =
    keyPair.id !== undefined && identity.includes('id')
      ? { by: 'id', id: keyPair.id }
      : { by: 'name', name: keyPair.name }
  if (instances.showsKeyPairId && keyPair.id !== undefined) {
    return ok({ handle: byId, isBoundTo: (record) => record.keyPair?.id === keyPair.id, nameMayBeStale })
  }
  // A look-up by name that found one says already that there is one.
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
