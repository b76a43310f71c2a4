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
