import { thrownField } from '../foreign-values.js'
import { err, type Result } from '../result.js'
import type { TransportFailure } from './types.js'

/**
 * Returns the code of an error that Node.js or undici made, else its name. Never its message, and never the
 * error itself: those hold addresses and certificates, and undici's parser errors hold bytes of the answer.
 */
export function codeOf(error: unknown): string {
  return thrownField(error, 'code') ?? thrownField(error, 'name') ?? 'unknown'
}

export function failed(
  kind: TransportFailure['kind'],
  sent: boolean,
  message: string,
  known: Pick<TransportFailure, 'permanent' | 'closed' | 'hint' | 'cause'> = {},
): Result<never, TransportFailure> {
  return err({ kind, sent, message, ...known })
}
