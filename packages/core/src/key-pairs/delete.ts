import type { Batch, ChangedItem, DeleteItem } from '../contract/batch.js'
import type { CallFailure, ItemFailure, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { type BatchCall, type ItemResult, sendInBatches } from '../engine/batch-call.js'
import { toBatch } from '../engine/batch-result.js'
import type { Failure, Subject } from '../errors/failures.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import type { Operation } from '../engine/operation.js'
import { maxNamedUsers, findUsers, type Users } from '../lookup/find-instances.js'
import { err, ok, type Result } from '../result.js'
import { type DeleteResult, deleteItem } from './delete-items.js'
import { identityKey, findDeleted, findForDelete, findLeft, type FoundKeyPair, stillListed } from './delete-lookup.js'
import { type UseCheck, ensureUnused, inUse, type InUsePolicy } from './in-use.js'
import { UseGuard } from './use-guard.js'

/** A key pair to delete: its given reference, and the resolved one. */
export interface DeleteInput {
  readonly label: string
  readonly handle: KeyPairHandle
}

/**
 * Deletes key pairs: reads them, sends the deletes, and returns one item for each. Before a delete is resent, the key
 * pair is read again, so that a newer one of the same name is never deleted.
 */
export async function deleteKeyPairs(
  operation: Operation,
  wanted: readonly DeleteInput[],
  policy: InUsePolicy,
): Promise<Result<Batch<DeleteItem>, Failure>> {
  const { driver } = operation
  // An id and a name may be the same text, and still mean two key pairs.
  const handles = new Map(wanted.map(({ label, handle }) => [`${handle.by} ${label}`, handle]))
  operation.expectCalls(Math.ceil(handles.size / driver.capabilities.lookup.items))
  const read = await findForDelete(operation, handles)
  if (read.isErr()) return err(read.error)
  const { targets, settled } = read.value
  const results = await deleteEach(operation, [...targets.values()], policy)
  // One of many has an error without a stack, and the error of the one is the operation's own.
  const subject: Subject = wanted.length > 1 ? { ...operation.subject, isItem: true } : operation.subject
  const items = await mapInSlices(wanted, ({ label, handle }) => {
    const name = `${handle.by} ${label}`
    const target = targets.get(name)
    return deleteItem(subject, label, (target ? results.get(target) : { end: settled.get(name) }) ?? {})
  })
  return ok(toBatch(items, {}))
}

/**
 * Sends a key pair in its own call if its name is not listed and equals the id of another one: verdicts have only that
 * text.
 */
async function deleteEach(
  operation: Operation,
  targets: readonly FoundKeyPair[],
  policy: InUsePolicy,
): Promise<ReadonlyMap<FoundKeyPair, DeleteResult>> {
  const listed = new Set(targets.flatMap(({ keyPair, listed: isListed }) => (isListed ? [identityKey(keyPair)] : [])))
  const isApart = (target: FoundKeyPair): boolean => !target.listed && listed.has(identityKey(target.keyPair))
  const results = new Map<FoundKeyPair, DeleteResult>()
  for (const round of [targets.filter((target) => !isApart(target)), targets.filter(isApart)]) {
    const byKey = new Map(round.map((target) => [identityKey(target.keyPair), target]))
    const ended = await deleteTargets(operation, byKey, policy)
    for (const target of round) results.set(target, ended.get(identityKey(target.keyPair)) ?? {})
  }
  return results
}

/** Deletes key pairs that were just read. */
export async function deleteFound(
  operation: Operation,
  keyPairs: readonly KeyPair[],
  policy: InUsePolicy,
): Promise<Batch<DeleteItem>> {
  const targets = new Map(keyPairs.map((keyPair) => [identityKey(keyPair), { keyPair, listed: true }]))
  const results = await deleteTargets(operation, targets, policy)
  return toBatch(
    keyPairs.map((keyPair) =>
      deleteItem(operation.subject, identityKey(keyPair), results.get(identityKey(keyPair)) ?? {}),
    ),
    {},
  )
}

/** Deletes key pairs that were just read, and returns the result of each, by key. */
async function deleteTargets(
  operation: Operation,
  targets: ReadonlyMap<string, FoundKeyPair>,
  policy: InUsePolicy,
): Promise<ReadonlyMap<string, DeleteResult>> {
  const { driver } = operation
  const results = new Map<string, DeleteResult>()
  if (targets.size === 0) return results
  const targetsOf = (keys: readonly string[]): FoundKeyPair[] => keys.flatMap((key) => targets.get(key) ?? [])
  const note = (key: string, more: DeleteResult): void => void results.set(key, { ...results.get(key), ...more })
  const detachedFrom = (key: string): readonly ChangedItem[] => results.get(key)?.detached?.succeeded ?? []
  const isGuarded = driver.capabilities.delete.refusesInUse !== true && policy.kind !== 'delete-anyway'
  const guard = isGuarded ? new UseGuard(operation, targets, policy) : undefined
  const usersNow = (key: string): Users | undefined => {
    const users = guard?.usersOf(key, new Set(detachedFrom(key).map(({ id }) => id)))
    return users?.instanceIds.length === 0 ? undefined : users
  }
  const sent = new Set<string>()
  const unanswered = new Set<string>()
  const change: BatchCall = {
    call: 'delete',
    limit: driver.capabilities.delete,
    bytesOf: (key) => driver.bytesOf('delete', targets.get(key)?.keyPair.name ?? key),
    readBackBeforeResend: true,
    check: (keys) => {
      const isClear = (key: string): boolean => unanswered.has(key) || usersNow(key) === undefined
      return guard === undefined || (guard.isFresh() && keys.every(isClear)) ? undefined : lookAgain
    },
    send: async (keys, context) => {
      const doubted = keys.filter((key) => !unanswered.has(key))
      for (const key of keys) sent.add(key)
      for (const key of doubted) unanswered.add(key)
      const keyPairs = targetsOf(keys).map(({ keyPair }) => keyPair)
      const answer = await driver.doDeleteKeyPairs(keyPairs, context)
      if (answer.isErr() && answer.error.outcome === 'none') for (const key of doubted) unanswered.delete(key)
      return answer
    },
    readBack: async (keys) => {
      const ends = new Map(await findDeleted(operation, targetsOf(keys.filter((key) => sent.has(key)))))
      const looked = guard === undefined || guard.isFresh() ? ok(null) : await guard.look()
      for (const key of keys.filter((one) => !ends.has(one) && !unanswered.has(one))) {
        const users = usersNow(key)
        if (looked.isErr()) ends.set(key, { kind: 'failed', failure: looked.error })
        else if (users !== undefined) {
          note(key, { users })
          ends.set(key, { kind: 'failed', failure: inUse(operation) })
        }
      }
      return ends
    },
    ...(!driver.capabilities.delete.confirms && {
      confirm: (accepted) => findLeft(operation, targetsOf([...accepted.keys()])),
    }),
    explainRefusal: async (key, failure, doubted) => {
      const target = targets.get(key)
      if (target === undefined || failure.code === 'not-found') return { kind: 'done', changed: doubted }
      const { users, end } = await explainDeleteRefusal(operation, target, failure, detachedFrom(key))
      if (users !== undefined) note(key, { users })
      if (!('kind' in end) || !mayMeanMissing.has(failure.code)) return end
      const gone = await findDeleted(operation, [target])
      return gone.has(key) ? { kind: 'done', changed: doubted } : end
    },
  }
  const pending: string[] = []
  const looked = await guard?.look()
  for (const [key, target] of targets) {
    const seen = guard && looked?.map(() => guard.usersOf(key))
    const cleared = await ensureUnused(operation, target, policy, seen)
    results.set(key, toDeleteResult(cleared))
    if (cleared.kind === 'unused') pending.push(key)
  }
  const ends = await sendInBatches(operation, pending, change)
  for (const key of pending) {
    const end = ends.of(key)
    if (end === undefined) continue
    // A cloud may answer the delete of nothing with success: what it did not list was not changed.
    const listed = targets.get(key)?.listed === true
    note(key, { end: end.kind === 'done' ? { kind: 'done', changed: end.changed && listed } : end })
  }
  return results
}

/** The failure of a delete that is not sent: the instances were read too long ago. */
const lookAgain: CallFailure = {
  code: 'busy',
  message: 'the instances have to be read again',
  outcome: 'none',
  transient: true,
  scope: 'call',
}

// Not every cloud has a code for a key pair that is not there, as after a delete by somebody else.
const mayMeanMissing: ReadonlySet<ItemFailure['code']> = new Set(['invalid-argument', 'unknown'])

function toDeleteResult(cleared: UseCheck): DeleteResult {
  switch (cleared.kind) {
    case 'unused':
      return { detached: cleared.detached }
    case 'settled':
      return { end: cleared.end, users: cleared.users }
    case 'detach-failed':
      return { detachFailed: cleared.error }
  }
}

/**
 * Explains a refusal. A code that means "in use", or an unknown one, is `in-use` if users are found. The cloud may still
 * show or count instances that were just detached.
 */
async function explainDeleteRefusal(
  operation: Operation,
  { keyPair }: FoundKeyPair,
  failure: ItemFailure,
  released: readonly ChangedItem[],
): Promise<{ readonly end: ItemResult | ItemFailure; readonly users?: Users }> {
  if (failure.code !== 'in-use' && failure.code !== 'unknown') return { end: { kind: 'failed', failure } }
  const found = await findUsers(operation, keyPair, maxNamedUsers + released.length)
  if (found.isErr()) return { end: failure === stillListed ? notYetGone : { kind: 'failed', failure } }
  const freed = new Set(released.map(({ id }) => id))
  const instanceIds = found.value.instanceIds.filter((id) => !freed.has(id))
  if (instanceIds.length > 0) {
    const users = {
      instanceIds: instanceIds.slice(0, maxNamedUsers),
      more: found.value.more || instanceIds.length > maxNamedUsers,
    }
    return { end: { kind: 'failed', failure: inUse(operation, failure) }, users }
  }
  if (failure === stillListed) return { end: notYetGone }
  if (failure.code === 'in-use' || found.value.instanceIds.length > 0) return { end: stillRefused(failure) }
  return { end: freed.size > 0 ? { ...failure, transient: true } : { kind: 'failed', failure } }
}

/** The failure of a key pair that no instance has, and that a late read may list after its delete. */
const notYetGone: ItemFailure = {
  ...stillListed,
  code: 'busy',
  outcome: 'unknown',
  transient: true,
  hint: 'The cloud may show the delete later, or something other than an instance uses the key pair. List again.',
}

function stillRefused(refused: ItemFailure): ItemFailure {
  return {
    code: 'busy',
    message: 'the cloud refuses to delete the key pair because it is bound, but lists no instance that has it',
    transient: true,
    ...(refused.vendor && { vendor: refused.vendor }),
    hint: 'After a detach this can take some minutes. An image may use the key pair, too. Try again later.',
  }
}
