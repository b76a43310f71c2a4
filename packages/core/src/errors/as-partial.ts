import { isNativeError } from 'node:util/types'
import {
  type AnyBatch,
  isKeyPairError,
  keyPairError,
  type KeyPairError,
  plainError,
  reasonOf,
} from '../contract/error.js'
import type { Failure, Subject } from './failures.js'
import { operationError } from './to-error.js'

/** Returns the error of an operation of which an earlier step changed something: `partial`, with what it left. */
export function asPartial<B extends AnyBatch>(
  subject: Subject,
  given: Failure | KeyPairError<B>,
  left: string,
): KeyPairError<B> {
  const error = operationError(subject, given)
  if (error.outcome !== 'none') return error
  const { message, provider, operation, vendor, retryAfterMs, cause } = error
  const known = {
    message,
    reason: reasonOf(error),
    provider,
    operation,
    vendor,
    retryAfterMs,
    cause: isNativeError(cause) ? cause : undefined,
    outcome: 'partial',
    retry: 'after-check',
    hint: error.hint === undefined ? left : `${error.hint} ${left}`,
  } as const
  if (error.code === 'incomplete') return keyPairError({ ...known, code: error.code, details: error.details })
  const changed: unknown = keyPairError({ ...known, code: error.code, details: error.details })
  return isKeyPairError(changed) ? plainError(changed) : error
}
