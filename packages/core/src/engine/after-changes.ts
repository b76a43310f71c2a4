import { type AnyBatch, isKeyPairError, type KeyPairError, keyPairError, plainError } from '../contract/error.js'
import type { Operation } from './operation.js'

/**
 * The same error, where something was changed before: that nothing was is true of its own part alone. In a rehearsal
 * nothing is ever changed.
 */
export function afterChanges<B extends AnyBatch>(
  { context: { isRehearsal } }: Operation,
  error: KeyPairError<B>,
  left: string,
): KeyPairError<B> {
  if (error.outcome !== 'none' || isRehearsal) return error
  const { message, provider, operation, vendor, retryAfterMs, cause } = error
  const known = {
    message,
    provider,
    operation,
    vendor,
    retryAfterMs,
    cause: cause instanceof Error ? cause : undefined,
    outcome: 'partial',
    retry: 'after-check',
    hint: error.hint === undefined ? left : `${error.hint} ${left}`,
  } as const
  if (error.code === 'incomplete') return keyPairError({ ...known, code: error.code, details: error.details })
  const changed: unknown = keyPairError({ ...known, code: error.code, details: error.details })
  return isKeyPairError(changed) ? plainError(changed) : error
}
