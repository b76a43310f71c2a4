import type { KeyPair } from '../contract/key-pair.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { err, ok, type Result } from '../result.js'
import { compareRecords } from './compare-key.js'
import { findKeyPair, waitUntilListed } from './find-key-pairs.js'
import { resolveReference } from './reference.js'

/** Confirms a key pair that goes by name. One that goes by id is not read: an id never gets another key. */
export async function confirmName(operation: Operation, known: KeyPair): Promise<Result<null, Failure>> {
  const { driver } = operation
  const byId = resolveReference(known, driver.capabilities).map(({ by }) => by === 'id')
  return byId.unwrapOr(false) ? ok(null) : confirmKeyPair(operation, known)
}

/**
 * Reads a key pair again, and compares its key with that of before. A difference, or a missing key pair, is `conflict`.
 */
export async function confirmKeyPair(operation: Operation, known: KeyPair): Promise<Result<null, Failure>> {
  const { driver } = operation
  const handle = resolveReference(known, driver.capabilities)
  if (handle.isErr()) return err(handle.error)
  const { value } = handle
  const found = await waitUntilListed(operation, () => findKeyPair(operation, value))
  if (found.isErr()) return err(found.error.code === 'not-found' ? noLongerExists(known) : found.error)
  return isOtherKey(known, found.value) ? err(otherKey(known)) : ok(null)
}

/** True if two records of one name have different keys. */
export function isOtherKey(known: KeyPair, now: KeyPair): boolean {
  return compareRecords(known, now) === 'different'
}

/** Returns the failure for a name that means another key than before. */
export function otherKey({ name }: KeyPair): Failure {
  return refusal('conflict', `the key pair named ${quote(name)} has another key than before`, whoHint)
}

/** Returns the failure for a name that no key pair has any more. */
function noLongerExists({ name }: KeyPair): Failure {
  return refusal('conflict', `the key pair named ${quote(name)} no longer exists`, whoHint)
}

const whoHint = 'Find out who changed it.'
