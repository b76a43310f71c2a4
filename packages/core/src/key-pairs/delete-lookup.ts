import type { ItemFailure, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Failure } from '../errors/failures.js'
import type { ItemResult } from '../engine/batch-call.js'
import type { Operation } from '../engine/operation.js'
import { groupedBy, readKeyPairs } from '../lookup/find-key-pairs.js'
import { resolveReference, exactlyOne } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'

/** A key pair to delete, as it was read before the first send. */
export interface FoundKeyPair {
  readonly keyPair: KeyPair
  /** False for a given name that the cloud does not list; the cloud's verdict counts. */
  readonly listed: boolean
}

/** The key pairs of a delete, as they were read. */
interface FoundKeyPairs {
  /** Key pairs to delete, by label. */
  readonly targets: ReadonlyMap<string, FoundKeyPair>
  /** Results that need no call, by label. */
  readonly settled: ReadonlyMap<string, ItemResult>
}

/** Reads what is to be deleted. */
export async function findForDelete(
  operation: Operation,
  handles: ReadonlyMap<string, KeyPairHandle>,
): Promise<Result<FoundKeyPairs, Failure>> {
  const all = [...handles.values()]
  const byId = await readKeyPairs(
    operation,
    all.filter(({ by }) => by === 'id'),
  )
  if (byId.isErr()) return err(byId.error)
  const byName = await readKeyPairs(
    operation,
    all.filter(({ by }) => by === 'name'),
  )
  if (byName.isErr()) return err(byName.error)

  // An index: a search for each of n key pairs among n takes n² steps.
  const withId = groupedBy(byId.value, ({ id }) => id)
  const withName = groupedBy(byName.value, ({ name }) => name)
  const targets = new Map<string, FoundKeyPair>()
  const settled = new Map<string, ItemResult>()
  for (const [label, handle] of handles) {
    const candidates = handle.by === 'id' ? withId.get(handle.id) : withName.get(handle.name)
    const found = exactlyOne(candidates ?? [], handle)
    if (found.isOk()) targets.set(label, { keyPair: found.value, listed: true })
    else if (found.error.code !== 'not-found') settled.set(label, { kind: 'failed', failure: found.error })
    else if (handle.by === 'name') targets.set(label, { keyPair: { name: handle.name }, listed: false })
    else settled.set(label, { kind: 'done', changed: false })
  }
  return ok({ targets, settled })
}

/** Finds the key pairs that are gone: not listed any more, or their name now belongs to another key pair. */
export async function findDeleted(
  operation: Operation,
  targets: readonly FoundKeyPair[],
): Promise<ReadonlyMap<string, ItemResult>> {
  const read = await readAgain(operation, targets)
  const gone = [...read.unwrapOr(new Map<string, boolean>())].filter(([, isThere]) => !isThere)
  return new Map(gone.map(([key]) => [key, { kind: 'done', changed: true }]))
}

/** Finds the key pairs that the cloud said to have deleted, and that are still there or cannot be read. */
export async function findLeft(
  operation: Operation,
  targets: readonly FoundKeyPair[],
): Promise<ReadonlyMap<string, ItemFailure>> {
  const read = await readAgain(operation, targets)
  if (read.isErr()) return new Map(targets.map(({ keyPair }) => [identityKey(keyPair), unread]))
  const left = [...read.value].filter(([, isThere]) => isThere)
  return new Map(left.map(([key]) => [key, stillListed]))
}

/** Reads key pairs again, and returns by key which of them are still there. */
async function readAgain(
  operation: Operation,
  targets: readonly FoundKeyPair[],
): Promise<Result<ReadonlyMap<string, boolean>, Failure>> {
  const { driver } = operation
  const handles = new Map<string, KeyPairHandle>()
  for (const { keyPair } of targets) {
    resolveReference(keyPair, driver.capabilities).map((handle) => handles.set(identityKey(keyPair), handle))
  }
  const read = await findForDelete(operation, handles)
  return read.map(({ targets: found }) => {
    const isThere = ({ keyPair, listed }: FoundKeyPair): boolean => {
      const now = found.get(identityKey(keyPair))
      return now?.listed === true && (!listed || isSame(keyPair, now.keyPair))
    }
    const named = targets.filter(({ keyPair }) => handles.has(identityKey(keyPair)))
    return new Map(named.map((target) => [identityKey(target.keyPair), isThere(target)]))
  })
}

export const stillListed: ItemFailure = {
  code: 'in-use',
  message: 'the cloud accepted the delete, and still lists the key pair',
  transient: false,
}
const unread: ItemFailure = {
  code: 'unavailable',
  message: 'the cloud accepted the delete, and the key pairs could not be read afterwards',
  outcome: 'unknown',
  transient: true,
}

/** True if two readings are of the same key pair: by id, and without ids by all that would differ in a new one. */
function isSame(before: KeyPair, now: KeyPair): boolean {
  if (before.id !== undefined && now.id !== undefined) return before.id === now.id
  return before.fingerprint === now.fingerprint && before.createdAt?.getTime() === now.createdAt?.getTime()
}

/** Returns the text that identifies a key pair in one delete and in the cloud's verdicts. */
export function identityKey(keyPair: KeyPair): string {
  return keyPair.id ?? keyPair.name
}
