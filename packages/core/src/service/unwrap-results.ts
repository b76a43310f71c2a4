import type { ChangedItem, InstanceBatch } from '../contract/batch.js'
import { keyPairError, type KeyPairError } from '../contract/error.js'
import type { ResultIterable } from '../contract/options.js'
import { mustBe } from '../errors/type-checks.js'
import { err, ok, type Result, ResultAsync } from '../result.js'

/**
 * Reads a whole list into an array: all of it, or the error that ended it.
 *
 * Errors: those of the list; `invalid-argument` if the list has more than `max` items.
 */
export function collect<T>(
  iterable: ResultIterable<T>,
  options: { readonly max: number },
): ResultAsync<readonly T[], KeyPairError> {
  mustBe(Number.isInteger(options.max) && options.max >= 0, 'max must be a whole number, 0 or more')
  return new ResultAsync(readAll(iterable, options.max))
}

async function readAll<T>(iterable: ResultIterable<T>, max: number): Promise<Result<readonly T[], KeyPairError>> {
  const items: T[] = []
  for await (const item of iterable) {
    if (item.isErr()) return err(item.error)
    if (items.length === max) return err(tooMany(max))
    items.push(item.value)
  }
  return ok(items)
}

function tooMany(max: number): KeyPairError {
  const hint = 'Raise max, or narrow the list.'
  return keyPairError({
    code: 'invalid-argument',
    message: `collect failed: the list has more than ${max} items (invalid-argument). ${hint}`,
    outcome: 'none',
    retry: 'never',
    provider: 'any',
    operation: 'collect',
    details: {},
    hint,
  })
}

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

/**
 * Returns the value of a result, or throws its error: for code that works with exceptions. The error of an operation is an
 * `Error`, so what is thrown has its message, its `code` and a stack. Of a `ResultAsync` it returns a promise.
 */
export function orThrow<T>(result: Result<T, Error>): T
export function orThrow<T>(result: ResultAsync<T, Error>): Promise<T>
export function orThrow<T>(result: Result<T, Error> | ResultAsync<T, Error>): T | Promise<T> {
  return 'then' in result ? valueWhenSettled(result) : valueOf(result)
}

async function valueWhenSettled<T>(result: ResultAsync<T, Error>): Promise<T> {
  return valueOf(await result)
}

function valueOf<T>(result: Result<T, Error>): T {
  if (result.isErr()) throw result.error
  return result.value
}
