import type { Batch, DeleteItem } from './batch.js'
import { makeChanges, type Change, type ItemEnd } from './changes.js'
import { keyOf, lookForGone, readTargets, type Target } from './delete-targets.js'
import type { ItemFailure, KeyPairHandle, KeyPairStoreDriver } from './driver.js'
import type { KeyPairError } from './error.js'
import { errorOf, quote, type Subject } from './failure.js'
import { batchOf } from './instances.js'
import type { Operation } from './operation.js'
import { err, ok, type Result } from './result.js'
import { readUsers, type Users } from './users.js'

/** A key pair to delete: what it was called, and what that comes to. */
export interface Wanted {
  readonly label: string
  readonly handle: KeyPairHandle
}

/**
 * Deletes key pairs: reads them, sends the deletes, and answers one item for each that was wanted. Before a delete
 * is repeated the key pair is read again, so that a newer one of the same name is never deleted in its place.
 */
export async function deleteKeyPairs(
  operation: Operation,
  driver: KeyPairStoreDriver,
  wanted: readonly Wanted[],
): Promise<Result<Batch<DeleteItem>, KeyPairError>> {
  // An id and a name may be the same text, and still mean two key pairs.
  const handles = new Map(wanted.map(({ label, handle }) => [`${handle.by} ${label}`, handle]))
  operation.plan(Math.ceil(handles.size / driver.capabilities.lookup.items))
  const read = await readTargets(operation, driver, handles)
  if (read.isErr()) return err(operation.error(read.error, { outcome: 'none' }))
  const { targets, settled } = read.value
  const byKey = new Map([...targets.values()].map((target) => [keyOf(target.keyPair), target]))
  const { ends, users } = await deleteTargets(operation, driver, byKey)
  const items = wanted.map(({ label, handle }) => {
    const name = `${handle.by} ${label}`
    const target = targets.get(name)
    const key = target === undefined ? name : keyOf(target.keyPair)
    const end = target === undefined ? settled.get(name) : ends.get(key)
    return itemOf(operation.subject, label, end, users.get(key))
  })
  return ok(batchOf(items))
}

/** How each target ended, and who uses those that were refused as in use, by key. */
interface Deleted {
  readonly ends: Map<string, ItemEnd>
  readonly users: Map<string, Users>
}

async function deleteTargets(
  operation: Operation,
  driver: KeyPairStoreDriver,
  targets: ReadonlyMap<string, Target>,
): Promise<Deleted> {
  const deleted: Deleted = { ends: new Map(), users: new Map() }
  const pending: string[] = []
  for (const [key, target] of targets) {
    const refused = driver.capabilities.delete.refusesInUse
      ? undefined
      : await refuseInUse(operation, driver, key, target, deleted)
    if (refused === undefined) pending.push(key)
    else deleted.ends.set(key, refused)
  }
  const targetsOf = (keys: readonly string[]): Target[] => keys.flatMap((key) => targets.get(key) ?? [])
  const change: Change = {
    call: 'delete',
    limit: driver.capabilities.delete,
    weigh: (key) => driver.weigh('delete', targets.get(key)?.keyPair.name ?? key),
    looksBeforeRepeat: true,
    send: (keys, context) =>
      driver.doDeleteKeyPairs(
        targetsOf(keys).map(({ keyPair }) => keyPair),
        context,
      ),
    look: (keys) => lookForGone(operation, driver, targetsOf(keys)),
    judge: (key, failure, doubted) => judge(operation, driver, key, targets.get(key), failure, doubted, deleted),
  }
  for (const [key, end] of await makeChanges(operation, pending, change)) {
    // A cloud may answer the delete of nothing with success: what it did not list was not changed.
    const listed = targets.get(key)?.listed === true
    deleted.ends.set(key, end.kind === 'done' ? { kind: 'done', changed: end.changed && listed } : end)
  }
  return deleted
}

/** Looks first who uses it, for a cloud that would delete it all the same. */
async function refuseInUse(
  operation: Operation,
  driver: KeyPairStoreDriver,
  key: string,
  { keyPair }: Target,
  { users }: Deleted,
): Promise<ItemEnd | undefined> {
  const found = await readUsers(operation, driver, keyPair)
  if (found.isErr()) return { kind: 'failed', failure: found.error }
  if (found.value.instanceIds.length === 0) return undefined
  users.set(key, found.value)
  return { kind: 'failed', failure: inUse() }
}

/** A refusal by a code that says "in use", or that nobody knows, is in use where somebody is found to use it. */
async function judge(
  operation: Operation,
  driver: KeyPairStoreDriver,
  key: string,
  target: Target | undefined,
  failure: ItemFailure,
  doubted: boolean,
  { users }: Deleted,
): Promise<ItemEnd | ItemFailure> {
  if (target === undefined || failure.code === 'not-found') return { kind: 'done', changed: doubted }
  if (failure.code !== 'in-use' && failure.code !== 'unknown') return { kind: 'failed', failure }
  const found = await readUsers(operation, driver, target.keyPair)
  if (found.isOk() && found.value.instanceIds.length > 0) {
    users.set(key, found.value)
    return { kind: 'failed', failure: inUse(failure) }
  }
  return failure.code === 'in-use' && found.isOk() ? stillRefused(failure) : { kind: 'failed', failure }
}

function itemOf(subject: Subject, label: string, end: ItemEnd | undefined, users: Users | undefined): DeleteItem {
  const about = { ...subject, about: quote(label) }
  switch (end?.kind) {
    case 'done':
      return { id: label, status: 'succeeded', changed: end.changed }
    case 'failed': {
      const error = errorOf(about, end.failure, { ...users, hint: end.hint, outcome: 'none' })
      return { id: label, status: 'failed', error }
    }
    default: {
      const error = errorOf(about, end?.failure ?? lost, { outcome: 'unknown', hint: unknownHint })
      return { id: label, status: 'unknown', error }
    }
  }
}

function inUse(refused?: ItemFailure): ItemFailure {
  return {
    code: 'in-use',
    message: 'instances have it bound',
    passing: false,
    ...(refused?.vendor && { vendor: refused.vendor }),
    hint: 'Detach it from them first.',
  }
}

function stillRefused(refused: ItemFailure): ItemFailure {
  return {
    code: 'busy',
    message: 'the cloud refuses it as bound, and lists no instance that has it bound',
    passing: true,
    ...(refused.vendor && { vendor: refused.vendor }),
    hint: 'After a detach this can take some minutes: try again later.',
  }
}

const unknownHint = 'It may have happened, or may still: look before it is deleted again.'

const lost: ItemFailure = { code: 'unknown', message: 'a defect in this library lost its outcome', passing: false }
