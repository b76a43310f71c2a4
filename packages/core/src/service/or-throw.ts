import type { Result, ResultAsync } from '../result.js'

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
