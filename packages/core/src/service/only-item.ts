import type { ChangedItem, InstanceBatch } from '../contract/batch.js'
import type { KeyPairError } from '../contract/error.js'
import { err, ok, type Result, ResultAsync } from '../result.js'

/**
 * Returns the item of an attach or a detach of one instance, with the error of that instance as the error:
 * `onlyItem(keyPairs.attach(keyPair, [instanceId]))`. Nobody has to look into a batch then.
 *
 * The result is rejected with a `TypeError` if the batch is not one of a single instance.
 */
export function onlyItem(
  changed: ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>,
): ResultAsync<ChangedItem, KeyPairError> {
  return new ResultAsync(itemOf(changed))
}

async function itemOf(
  changed: ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>,
): Promise<Result<ChangedItem, KeyPairError>> {
  const result = await changed
  if (result.isOk()) return resultOf(result.value)
  return result.error.code === 'incomplete' ? resultOf(result.error.details.batch) : err(result.error)
}

function resultOf({ items }: InstanceBatch): Result<ChangedItem, KeyPairError> {
  const [item] = items
  if (item === undefined || items.length > 1) throw new TypeError('onlyItem is for one instance')
  return item.status === 'succeeded' ? ok(item) : err(item.error)
}
