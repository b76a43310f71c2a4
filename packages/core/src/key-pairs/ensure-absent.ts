import type { Batch, DeleteItem } from '../contract/batch.js'
import type { CallFailure, KeyPairHandle, KeyPairStoreDriver } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { EnsuredAbsence } from '../contract/store.js'
import { toResult } from '../engine/batches.js'
import { unsupported } from '../engine/failures.js'
import type { Operation } from '../engine/operation.js'
import type { PublicKey } from '../key-material/public-key.js'
import { readKeyPairs } from '../lookup/find-key-pairs.js'
import { isNamedBy, exactlyOne } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { deleteFound } from './delete.js'
import type { InUsePolicy } from './in-use.js'
import { findByKey, differentKeyError } from './same-key.js'

/** Deletes what is listed under the handle and has the key. What is not listed is not asked for. */
export async function ensureAbsent(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handle: KeyPairHandle,
  key: PublicKey | undefined,
  policy: InUsePolicy,
): Promise<Result<EnsuredAbsence, KeyPairError>> {
  const read = await readKeyPairs(operation, driver, [handle])
  if (read.isErr()) return err(operation.error(read.error, { outcome: 'none' }))
  const found = read.value.filter((keyPair) => isNamedBy(handle, keyPair))
  if (found.length === 0) return ok({ changed: false, deleted: [] })
  const doomed = key === undefined ? theOnly(operation, found, handle) : thoseWith(operation, found, key)
  if (doomed.isErr()) return err(doomed.error)
  const batch = await deleteFound(operation, driver, doomed.value, policy)
  return settled(operation, batch).map(({ succeeded }) => ({
    changed: succeeded.some(({ changed }) => changed),
    deleted: succeeded.filter(({ changed }) => changed),
  }))
}

function theOnly(
  operation: Operation,
  found: readonly KeyPair[],
  handle: KeyPairHandle,
): Result<readonly KeyPair[], KeyPairError> {
  return exactlyOne(found, handle)
    .map((keyPair) => [keyPair])
    .mapErr((failure) => operation.error(failure, { outcome: 'none' }))
}

/** All that have the key: where names repeat, callers at the same time may have imported several. */
function thoseWith(
  operation: Operation,
  found: readonly KeyPair[],
  key: PublicKey,
): Result<readonly KeyPair[], KeyPairError> {
  const match = findByKey(found, key)
  switch (match?.comparison) {
    case undefined:
      return ok([])
    case 'same':
      return ok([match.keyPair, ...match.others])
    case 'incomparable':
      return err(operation.error(incomparable, { outcome: 'none' }))
    case 'different':
      return err(differentKeyError(operation, match.keyPair, key, 'none', otherKeyHint))
  }
}

const otherKeyHint = 'Nothing was deleted. Leave the public key out to delete it whatever its key is.'

const incomparable: CallFailure = unsupported(
  'the cloud does not tell whether the key pair has the key',
  'Nothing was deleted. Leave the public key out to delete it whatever its key is.',
)

/** The error of one key pair is its own; of several, that of the batch. */
function settled(operation: Operation, batch: Batch<DeleteItem>): Result<Batch<DeleteItem>, KeyPairError> {
  const [item, second] = batch.items
  if (item !== undefined && item.status !== 'succeeded' && second === undefined) return err(item.error)
  return toResult(operation.subject, batch)
}
