import { errorKind } from '../error-kind.js'
import { err, ok, type Result } from '../result.js'

/**
 * Calls the caller's function for credentials. Errors: the kind of its failure, without its message.
 * Never rejects, whatever the function throws, returns or rejects with.
 */
export async function askCaller(give: () => unknown): Promise<Result<unknown, string>> {
  try {
    return ok(await give())
  } catch (error) {
    return err(`the function credentials failed (${errorKind(error)})`)
  }
}
