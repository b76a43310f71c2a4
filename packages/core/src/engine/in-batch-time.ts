import type { KeyPairError } from '../contract/error.js'
import type { FailureDetails, Reason } from './to-error.js'
import { type Operation, within } from './operation.js'
import type { Result } from '../result.js'
import { defaultDeadlineMs } from './start-operation.js'

/** Does a part of an operation that has no deadline of its own, in the time that a batch may take. */
export function inBatchTime<T>(
  operation: Operation,
  known: FailureDetails,
  work: (part: Operation) => Promise<Result<T, Reason>>,
): Promise<Result<T, KeyPairError<never>>> {
  return within(operation, defaultDeadlineMs.batch, async (part) =>
    (await work(part)).mapErr((failure) => part.error(failure, known)),
  )
}
