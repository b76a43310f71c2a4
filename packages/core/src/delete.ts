import type { Batch, DeleteItem } from './batch.js'
import { makeChanges, type Change, type ItemEnd } from './changes.js'
import type { CallFailure, ItemFailure, KeyPairHandle, KeyPairStoreDriver } from './driver.js'
import type { KeyPairError } from './error.js'
import { errorOf, quote } from './failure.js'
import { batchOf } from './instances.js'
import type { KeyPair } from './key-pair.js'
import type { Operation } from './operation.js'
import { readKeyPairs } from './reads.js'
import { handleOf, theOne } from './references.js'
import { err, ok, type Result } from './result.js'
import { readUsers, type Users } from './users.js'

/** A key pair to delete, as it was read before the first send. */
interface Target {
  readonly keyPair: KeyPair
  /** False where a name was given that the cloud does not list; the cloud has the last word on it. */
  readonly listed: boolean
}

/**
 * Deletes key pairs: reads them, sends the deletes, and answers one item for each label given. Before a delete
 * is repeated the key pair is read again, so that a newer one of the same name is never deleted in its place.
 */
export async function deleteKeyPairs(
  operation: Operation,
  driver: KeyPairStoreDriver,
  labels: readonly string[],
  handles: ReadonlyMap<string, KeyPairHandle>,
): Promise<Result<Batch<DeleteItem>, KeyPairError>> {
  operation.plan(Math.ceil(handles.size / driver.capabilities.lookup.items))
  const read = await readTargets(operation, driver, handles)
  if (read.isErr()) return err(operation.error(read.error, { outcome: 'none' }))
  const { targets, settled } = read.value
  const users = new Map<string, Users>()
  const byKey = new Map<string, Target>()
  for (const target of targets.values()) byKey.set(keyOf(target.keyPair), target)

  const judge: Change['judge'] = async (key, failure, doubted) => {
    const target = byKey.get(key)
    if (target === undefined || failure.code === 'not-found') {
      return { kind: 'done', changed: doubted }
    }
    if (failure.code !== 'in-use' && failure.code !== 'unknown') return { kind: 'failed', failure }
    const found = await readUsers(operation, driver, target.keyPair)
    if (found.isOk() && found.value.instanceIds.length > 0) {
      users.set(key, found.value)
      return { kind: 'failed', failure: inUse(failure) }
    }
    if (failure.code !== 'in-use' || found.isErr()) return { kind: 'failed', failure }
    return stillRefused(failure)
  }
  const change: Change = {
    call: 'delete',
    limit: driver.capabilities.delete,
    weigh: (key) => driver.weigh('delete', byKey.get(key)?.keyPair.name ?? key),
    looksBeforeRepeat: true,
    send: (keys, context) => {
      const keyPairs = keys.flatMap((key) => byKey.get(key)?.keyPair ?? [])
      return driver.doDeleteKeyPairs(keyPairs, context)
    },
    look: (keys) =>
      lookForGone(
        operation,
        driver,
        keys.flatMap((key) => byKey.get(key) ?? []),
      ),
    judge,
  }
  const ends = new Map<string, ItemEnd>()
  const pending: string[] = []
  for (const [key, target] of byKey) {
    const end = driver.capabilities.delete.refusesInUse ? undefined : await refuseInUse(key, target)
    if (end === undefined) pending.push(key)
    else ends.set(key, end)
  }
  for (const [key, end] of await makeChanges(operation, pending, change)) {
    // A cloud may answer the delete of nothing with success: what it did not list was not changed.
    const listed = byKey.get(key)?.listed === true
    ends.set(key, end.kind === 'done' ? { kind: 'done', changed: end.changed && listed } : end)
  }
  const endOf = (label: string): [string, ItemEnd | undefined] => {
    const target = targets.get(label)
    return target === undefined ? [label, settled.get(label)] : [keyOf(target.keyPair), ends.get(keyOf(target.keyPair))]
  }
  return ok(
    batchOf<DeleteItem>(labels, (label) => {
      const [key, end] = endOf(label)
      const about = { ...operation.subject, about: quote(label) }
      if (end?.kind === 'done') return { id: label, status: 'succeeded', changed: end.changed }
      if (end?.kind === 'failed') {
        return {
          id: label,
          status: 'failed',
          error: errorOf(about, end.failure, { ...users.get(key), hint: end.hint, outcome: 'none' }),
        }
      }
      return {
        id: label,
        status: 'unknown',
        error: errorOf(about, end?.failure ?? lost, { outcome: 'unknown', hint: unknownHint }),
      }
    }),
  )

  async function refuseInUse(key: string, { keyPair }: Target): Promise<ItemEnd | undefined> {
    const found = await readUsers(operation, driver, keyPair)
    if (found.isErr()) return { kind: 'failed', failure: found.error }
    if (found.value.instanceIds.length === 0) return undefined
    users.set(key, found.value)
    return { kind: 'failed', failure: inUse() }
  }
}

interface Targets {
  /** What is to be deleted, by label. */
  readonly targets: ReadonlyMap<string, Target>
  /** What needs no call, by label. */
  readonly settled: ReadonlyMap<string, ItemEnd>
}

async function readTargets(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handles: ReadonlyMap<string, KeyPairHandle>,
): Promise<Result<Targets, CallFailure>> {
  const all = [...handles.values()]
  const byId = await readKeyPairs(
    operation,
    driver,
    all.filter(({ by }) => by === 'id'),
  )
  if (byId.isErr()) return err(byId.error)
  const byName = await readKeyPairs(
    operation,
    driver,
    all.filter(({ by }) => by === 'name'),
  )
  if (byName.isErr()) return err(byName.error)

  const targets = new Map<string, Target>()
  const settled = new Map<string, ItemEnd>()
  for (const [label, handle] of handles) {
    const found = theOne(handle.by === 'id' ? byId.value : byName.value, handle)
    if (found.isOk()) targets.set(label, { keyPair: found.value, listed: true })
    else if (found.error.code !== 'not-found') settled.set(label, { kind: 'failed', failure: found.error })
    else if (handle.by === 'name') targets.set(label, { keyPair: { name: handle.name }, listed: false })
    else settled.set(label, { kind: 'done', changed: false })
  }
  return ok({ targets, settled })
}

/** Which of these are gone: not listed any more, or their name now belongs to another key pair. */
async function lookForGone(
  operation: Operation,
  driver: KeyPairStoreDriver,
  targets: readonly Target[],
): Promise<ReadonlyMap<string, ItemEnd>> {
  const handles = new Map<string, KeyPairHandle>()
  for (const { keyPair } of targets) {
    handleOf(keyPair, driver.capabilities).map((handle) => handles.set(keyOf(keyPair), handle))
  }
  const read = await readTargets(operation, driver, handles)
  if (read.isErr()) return new Map()
  const gone = new Map<string, ItemEnd>()
  for (const { keyPair, listed } of targets) {
    const now = read.value.targets.get(keyOf(keyPair))
    const there = now?.listed === true && (!listed || isSame(keyPair, now.keyPair))
    if (!there) gone.set(keyOf(keyPair), { kind: 'done', changed: true })
  }
  return gone
}

/** Whether two readings are of the same key pair: by id, and without ids by all that would differ in a new one. */
function isSame(before: KeyPair, now: KeyPair): boolean {
  if (before.id !== undefined && now.id !== undefined) return before.id === now.id
  return before.fingerprint === now.fingerprint && before.createdAt?.getTime() === now.createdAt?.getTime()
}

function keyOf(keyPair: KeyPair): string {
  return keyPair.id ?? keyPair.name
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
