import { afterChanges } from '../engine/after-changes.js'
import type { InstanceBatch } from '../contract/batch.js'
import { deleteKeyPairs } from '../key-pairs/delete.js'
import type { KeyPairDriver } from '../contract/driver.js'
import { type KeyPairError, plainError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import { type Operation, within } from '../engine/operation.js'
import { handleOf, labelOf } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { defaultDeadlineMs } from '../engine/start-operation.js'

/** Deletes the key pair that was replaced. After a detach a cloud may refuse it for a while: there is time for that. */
export async function removeFormer(
  operation: Operation,
  driver: KeyPairDriver,
  former: KeyPair,
): Promise<Result<true, KeyPairError<InstanceBatch>>> {
  const { capabilities } = driver
  const handle = handleOf(former, capabilities)
  if (handle.isErr()) return err(operation.error(handle.error, { outcome: 'partial' }))
  const wanted = [{ label: labelOf(former, capabilities), handle: handle.value }]
  const deleted = await within(operation, defaultDeadlineMs.now, (part) =>
    deleteKeyPairs(part, driver, wanted, { kind: 'refuse' }),
  )
  if (deleted.isErr()) return err(afterChanges(operation, plainError(deleted.error), left))
  const [item] = deleted.value.items
  return item === undefined || item.status === 'succeeded'
    ? ok(true)
    : err(afterChanges(operation, plainError(item.error), left))
}

const left = 'Every instance has the new key pair. Delete the former one.'
