import type { KeyPairError } from '../contract/error.js'
import type { Failure, Subject } from './failures.js'
import { type ErrorDetails, onInstance, toError } from './to-error.js'

/** Makes the error of one item of many. */
export type MakeItemError = (id: string, failure: Failure, known: ErrorDetails) => KeyPairError<never>

interface SharedError {
  readonly failure: Failure
  readonly known: ErrorDetails
  readonly error: KeyPairError<never>
}

/**
 * Makes the errors of an operation's items. Items that its end cut off alike share one error: there may be any number of
 * them, and an operation that was aborted has 50 ms.
 */
export function itemErrorsOf(subject: Subject): MakeItemError {
  let last: SharedError | undefined
  return (id, failure, known) => {
    if (!isCutOff(failure)) return toError(onInstance(subject, id), failure, known)
    if (last?.failure === failure && last.known.outcome === known.outcome && last.known.hint === known.hint) {
      return last.error
    }
    last = { failure, known, error: toError({ ...subject, isItem: true }, failure, known) }
    return last.error
  }
}

/** True if the operation's own end is the whole reason. */
function isCutOff({ code, vendor, cause }: Failure): boolean {
  return (code === 'aborted' || code === 'timeout') && vendor === undefined && cause === undefined
}
