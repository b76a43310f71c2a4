import type { Batch, DeletedItem, DeleteItem } from '../contract/batch.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import { toResult } from '../engine/batch-result.js'
import { type Failure, refusal } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import type { PublicKey } from '../key-material/public-key.js'
import { readKeyPairs } from '../lookup/find-key-pairs.js'
import { isNamedBy } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { type DeleteInput, deleteFound } from './delete.js'
import type { InUsePolicy } from './in-use.js'
import { findByKey, differentKey } from '../lookup/compare-key.js'

/** Deletes what is listed under the handle and has the key. Sends nothing for what is not listed. */
export async function deleteByKey(
  operation: Operation,
  { label, handle }: DeleteInput,
  key: PublicKey,
  policy: InUsePolicy,
): Promise<Result<DeletedItem, Failure | KeyPairError>> {
  const read = await readKeyPairs(operation, [handle])
  if (read.isErr()) return err(read.error)
  const found = read.value.filter((keyPair) => isNamedBy(handle, keyPair))
  const targets = withKey(found, key)
  if (targets.isErr()) return err(targets.error)
  const batch = await deleteFound(operation, targets.value, policy)
  return singleErrorOrBatch(operation, batch).map(({ succeeded }) => asOne(label, succeeded))
}

/** Returns all that have the key: if names repeat, callers at the same time may have imported several. */
function withKey(found: readonly KeyPair[], key: PublicKey): Result<readonly KeyPair[], Failure> {
  const match = findByKey(found, key)
  switch (match?.comparison) {
    case undefined:
      return ok([])
    case 'same':
      return ok([match.keyPair, ...match.others])
    case 'incomparable':
      return err(incomparable)
    case 'different':
      return err(differentKey(match.keyPair, key, leaveOutKeyHint))
  }
}

const leaveOutKeyHint = 'Nothing was deleted. Leave the public key out to delete the key pair whatever its key is.'

const incomparable: Failure = refusal(
  'unsupported',
  'the cloud does not tell whether the key pair has the key',
  leaveOutKeyHint,
)

/** Returns the error of one key pair as its own, and that of several as the error of the batch. */
function singleErrorOrBatch(operation: Operation, batch: Batch<DeleteItem>): Result<Batch<DeleteItem>, KeyPairError> {
  const [item, second] = batch.items
  if (item !== undefined && item.status !== 'succeeded' && second === undefined) return err(item.error)
  return toResult(operation.subject, batch)
}

/** Returns what became of all key pairs of one reference. */
function asOne(id: string, items: readonly DeletedItem[]): DeletedItem {
  const detached = items.flatMap((item) => item.detached ?? [])
  const hint = items.find((item) => item.hint !== undefined)?.hint
  return {
    id,
    status: 'succeeded',
    changed: items.some(({ changed }) => changed),
    ...(detached.length > 0 && { detached }),
    ...(hint !== undefined && { hint }),
  }
}
