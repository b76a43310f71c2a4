import type { CallFailure } from '../contract/key-pair-driver.js'
import { refusal } from '../errors/failures.js'
import { err, ok, type Result } from '../result.js'

/** Loads code of another package when it is first called. Never rejects. */
export type Loader<T> = () => Promise<Result<T, CallFailure>>

/**
 * Makes a loader of the result of a function. The loader keeps the result; if the load fails, the next call loads again.
 */
export function loadOnce<T>(packageName: string, load: () => Promise<T>): Loader<T> {
  let kept: Promise<Result<T, CallFailure>> | undefined
  const attempt = async (): Promise<Result<T, CallFailure>> => {
    try {
      return ok(await load())
    } catch (thrown) {
      kept = undefined
      return err(failureOf(packageName, thrown))
    }
  }
  return () => (kept ??= attempt())
}

function failureOf(packageName: string, thrown: unknown): CallFailure {
  const cause = new Error(String(thrown))
  const message = `the package ${packageName} could not be loaded: ${cause.message}`
  return { ...refusal('unknown', message, `Install ${packageName} where the program runs, or have it bundled.`), cause }
}
