import { err, type Result } from '../result.js'
import type { TransportFailure } from './types.js'

/** An error in making a connection. Its message is ours: it holds nothing of a request, a URL or a proxy. */
export class ConnectError extends Error {}

/**
 * Returns the code of an error that Node.js or undici made, else its name. Never its message, and never the
 * error itself: those hold addresses and certificates, and undici's parser errors hold bytes of the answer.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

export function failed(
  kind: TransportFailure['kind'],
  sent: boolean,
  message: string,
  code?: string,
): Result<never, TransportFailure> {
  return err({ kind, sent, message, ...(code === undefined ? {} : { cause: new Error(code) }) })
}
