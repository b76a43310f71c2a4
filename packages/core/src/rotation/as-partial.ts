import { isNativeError } from 'node:util/types'
import {
  type AnyBatch,
  isKeyPairError,
  keyPairError,
  type KeyPairError,
  plainError,
  reasonOf,
} from '../contract/error.js'
import type { Operation } from '../engine/operation.js'
import type { Failure } from '../errors/failures.js'
import { operationError } from '../errors/to-error.js'

/**
 * Marks an error as `partial` if an earlier step of the operation changed something. In a dry run
 * nothing is ever changed.
 */
export function asPartial<B extends AnyBatch>(
  { context: { isDryRun }, subject }: Operation,
  given: Failure | KeyPairError<B>,
  left: string,
): KeyPairError<B> {
  const error = operationError(subject, given)
  if (error.outcome !== 'none' || isDryRun) return error
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
