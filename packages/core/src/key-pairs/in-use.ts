import type { Batch, InstanceItem } from '../contract/batch.js'
import type { Capabilities } from '../contract/capabilities.js'
import type { ItemFailure } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { DeleteOptions } from '../contract/store.js'
import type { ItemResult } from '../engine/batch-call.js'
import { incompleteError } from '../engine/batch-result.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import { itemErrorsOf, operationError } from '../errors/to-error.js'
import type { Operation } from '../engine/operation.js'
import { maxNamedUsers, findUsers, type Users } from '../lookup/find-instances.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { resolveReference } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import type { FoundKeyPair } from './delete-lookup.js'

/** Detaches a key pair from instances. */
export type Detach = (
  operation: Operation,
  keyPair: KeyPair,
  instanceIds: readonly string[],
) => Promise<Result<Batch<InstanceItem>, Failure | KeyPairError<Batch<InstanceItem>>>>

/** The treatment of a key pair that is bound to instances. */
export type InUsePolicy =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'detach'; readonly detach: Detach }
  | { readonly kind: 'delete-anyway' }

/** Returns the policy of an option, if the cloud supports it. */
export function policyOf(
  ifInUse: DeleteOptions['ifInUse'],
  { delete: { refusesInUse } }: Capabilities,
  detach: Detach | undefined,
): Result<InUsePolicy, Failure> {
  switch (ifInUse) {
    case undefined:
    case 'refuse':
      return ok({ kind: 'refuse' })
    case 'detach':
      return detach === undefined ? err(cannotDetach) : ok({ kind: 'detach', detach })
    case 'delete-anyway':
      return refusesInUse === true ? err(cannotDelete) : ok({ kind: 'delete-anyway' })
    default:
      throw new TypeError("ifInUse must be 'refuse', 'detach' or 'delete-anyway'")
  }
}

const cannotDetach = refusal('unsupported', 'this cloud detaches no key pairs from instances')
const cannotDelete = refusal('unsupported', 'this cloud deletes no key pair that is in use', "Use ifInUse: 'detach'.")

/** The result of checking, before a delete, which instances use a key pair. */
export type UseCheck =
  /** The key pair may be deleted. If it was detached first, `detached` has the results: all succeeded. */
  | { readonly kind: 'unused'; readonly detached?: Batch<InstanceItem> }
  /** It needs no call, or may not be sent. */
  | { readonly kind: 'settled'; readonly end: ItemResult; readonly users?: Users }
  /** It could not be detached from every instance. */
  | { readonly kind: 'detach-failed'; readonly error: KeyPairError<Batch<InstanceItem>> }

/**
 * Ensures that no instance has the key pair, if that is wanted and the cloud does not check it. Reads the instances that
 * have it, unless they were just seen.
 */
export async function ensureUnused(
  operation: Operation,
  target: FoundKeyPair,
  policy: InUsePolicy,
  seen?: Result<Users, Failure>,
): Promise<UseCheck> {
  const { driver } = operation
  const { refusesInUse } = driver.capabilities.delete
  if (policy.kind === 'delete-anyway' || (policy.kind === 'refuse' && refusesInUse === true)) return unused
  const most = policy.kind === 'detach' ? Infinity : maxNamedUsers
  const found = seen ?? (await findUsers(operation, target.keyPair, most))
  if (found.isErr()) return { kind: 'settled', end: { kind: 'failed', failure: found.error } }
  if (found.value.instanceIds.length === 0) return unused
  if (await isGone(operation, target)) return { kind: 'settled', end: { kind: 'done', changed: false } }
  return policy.kind === 'detach'
    ? detachFrom(operation, target.keyPair, found.value.instanceIds, policy.detach)
    : { kind: 'settled', end: { kind: 'failed', failure: inUse(operation) }, users: found.value }
}

const unused: UseCheck = { kind: 'unused' }

async function detachFrom(
  operation: Operation,
  keyPair: KeyPair,
  instanceIds: readonly string[],
  detach: Detach,
): Promise<UseCheck> {
  const subject = { ...operation.subject, about: quote(keyPair.name) }
  const own: Operation = {
    ...operation,
    subject,
    itemError: itemErrorsOf(subject),
  }
  const detached = await detach(own, keyPair, instanceIds)
  if (detached.isOk()) return { kind: 'unused', detached: detached.value }
  const error = operationError(subject, detached.error)
  return {
    kind: 'detach-failed',
    error: error.code === 'incomplete' ? incompleteError(subject, error.details.batch, 'it was not deleted') : error,
  }
}

/** True if a name that was not listed still is not listed. Then instances show the name of a deleted key pair. */
async function isGone(operation: Operation, target: FoundKeyPair): Promise<boolean> {
  const { driver } = operation
  if (target.listed) return false
  const handle = resolveReference(target.keyPair, driver.capabilities)
  if (handle.isErr()) return false
  const found = await findKeyPair(operation, handle.value)
  return found.isErr() && found.error.code === 'not-found'
}

/** Returns the refusal of a key pair in use, with the vendor's error, if any. */
export function inUse({ driver }: Operation, refused?: ItemFailure): ItemFailure {
  const hint =
    driver.capabilities.instances === false
      ? 'Replace these instances first, as each keeps the key pair of its launch, or use ifInUse.'
      : 'Detach the key pair from these instances first, or use ifInUse.'
  return {
    code: 'in-use',
    message: 'the key pair is bound to instances',
    transient: false,
    ...(refused?.vendor && { vendor: refused.vendor }),
    hint,
  }
}
