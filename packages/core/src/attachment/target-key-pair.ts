import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CallFailure, InstanceRecord, KeyPairHandle, KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { BoundKeyPair, KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { boundKeyPairs } from '../lookup/bound-key-pairs.js'
import { findByName } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'

/** The key pair that an attach or detach is about, and how to tell it on an instance. */
export interface TargetKeyPair {
  /** The reference in calls. */
  readonly handle: KeyPairHandle
  /**
   * True if it is bound to the instance, alone or with others; `unclear` if the record shows only a name that others have
   * too.
   */
  isBoundTo(record: InstanceRecord): boolean | 'unclear'
  /** Returns the other key pairs that are bound to the instance, or may be others. */
  othersOn(record: InstanceRecord): readonly BoundKeyPair[]
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
    return ok({ handle: byId, nameMayBeStale, ...recognising((bound) => bound.id === keyPair.id) })
  }
  // A look-up by name that found one proves that there is only one.
  const namesakes =
    name.unique || handle.by === 'name' ? ok([keyPair]) : await findByName(operation, driver, keyPair.name)
  if (namesakes.isErr()) return err(namesakes.error)
  const clear = namesakes.value.length <= 1 ? true : 'unclear'
  return ok({
    handle: byId,
    nameMayBeStale,
    ...recognising((bound) => (bound.name === keyPair.name ? clear : false)),
  })
}

function recognising(
  isTarget: (bound: BoundKeyPair) => boolean | 'unclear',
): Pick<TargetKeyPair, 'isBoundTo' | 'othersOn'> {
  return {
    isBoundTo: (record) => {
      const answers = boundKeyPairs(record).map(isTarget)
      return answers.find((answer) => answer === true) ?? answers.find((answer) => answer === 'unclear') ?? false
    },
    othersOn: (record) => boundKeyPairs(record).filter((bound) => isTarget(bound) !== true),
  }
}

/** True if the key pair is bound to the instance, and no other one. */
export function isAloneOn(record: InstanceRecord, target: TargetKeyPair): boolean {
  return target.isBoundTo(record) === true && target.othersOn(record).length === 0
}
