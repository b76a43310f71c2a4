import type { InstanceRecord, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { BoundKeyPair, KeyPair } from '../contract/key-pair.js'
import type { Failure } from '../errors/failures.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { boundKeyPairs } from '../lookup/instance-record.js'
import { readInstances } from '../lookup/find-instances.js'
import { findByName } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'

/** The key pair that an attach or detach is about, and how to tell it on an instance. */
export interface TargetKeyPair {
  /** The reference in calls. */
  readonly handle: KeyPairHandle
  /**
   * True if it is bound to the instance, alone or with others; `unclear` if the record shows only a name that others have
   * too, or may have before {@link TargetKeyPair.clarify}.
   */
  isBoundTo(record: InstanceRecord): boolean | 'unclear'
  /** Returns the other key pairs that are bound to the instance, or may be others. */
  othersOn(record: InstanceRecord): readonly BoundKeyPair[]
  /** Reads who else has its name, if these records show that name and do not tell whose it is. */
  clarify(operation: Operation, records: Iterable<InstanceRecord>): Promise<Result<null, Failure>>
  /** True if a name that an instance shows may be that of an earlier key pair, which was deleted while it was bound. */
  readonly nameMayBeStale: boolean
}

/**
 * Makes the way to recognise a key pair that was just read on instances. It is identified by its id if the cloud resolves
 * ids: its name may be given to another one.
 */
export function recogniseTarget(
  { driver, instances }: InstanceOperation,
  handle: KeyPairHandle,
  keyPair: KeyPair,
): TargetKeyPair {
  const { identity, name, delete: deletes } = driver.capabilities
  const showsIds = instances.showsKeyPairId && keyPair.id !== undefined
  // A look-up by name that found one proves that there is only one.
  let isOnlyOne: boolean | undefined = showsIds || name.unique || handle.by === 'name' ? true : undefined
  const isTarget = (bound: BoundKeyPair): boolean | 'unclear' => {
    if (showsIds) return bound.id === keyPair.id
    if (bound.name !== keyPair.name) return false
    return isOnlyOne === true ? true : 'unclear'
  }
  return {
    handle:
      keyPair.id !== undefined && identity.includes('id')
        ? { by: 'id', id: keyPair.id }
        : { by: 'name', name: keyPair.name },
    nameMayBeStale: !instances.showsKeyPairId && deletes.refusesInUse !== true,
    isBoundTo: (record) => {
      const answers = boundKeyPairs(record).map(isTarget)
      return answers.find((answer) => answer === true) ?? answers.find((answer) => answer === 'unclear') ?? false
    },
    othersOn: (record) => boundKeyPairs(record).filter((bound) => isTarget(bound) !== true),
    clarify: async (operation, records) => {
      if (isOnlyOne !== undefined || ![...records].some((record) => boundKeyPairs(record).some(isTarget)))
        return ok(null)
      const namesakes = await findByName(operation, keyPair.name)
      if (namesakes.isErr()) return err(namesakes.error)
      isOnlyOne = namesakes.value.length <= 1
      return ok(null)
    },
  }
}

/** Makes the way to recognise a key pair on any instances, whatever they will show. */
export async function resolveTarget(
  operation: InstanceOperation,
  handle: KeyPairHandle,
  keyPair: KeyPair,
): Promise<Result<TargetKeyPair, Failure>> {
  const target = recogniseTarget(operation, handle, keyPair)
  const anywhere: InstanceRecord = { id: '', power: 'other', keyPair: { name: keyPair.name } }
  return (await target.clarify(operation, [anywhere])).map(() => target)
}

/** Reads instances, and what it takes to tell the key pair on them. */
export async function readToRecognise(
  operation: InstanceOperation,
  target: TargetKeyPair,
  ids: readonly string[],
): Promise<Result<ReadonlyMap<string, InstanceRecord>, Failure>> {
  const records = await readInstances(operation, ids)
  if (records.isErr()) return records
  return (await target.clarify(operation, records.value.values())).andThen(() => records)
}

/** True if the key pair is bound to the instance, and no other one. */
export function isAloneOn(record: InstanceRecord, target: TargetKeyPair): boolean {
  return target.isBoundTo(record) === true && target.othersOn(record).length === 0
}
