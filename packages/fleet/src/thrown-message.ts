import { isNativeError } from 'node:util/types'

/** Returns the message of what was thrown. */
export function thrownMessage(thrown: unknown): string {
  return isNativeError(thrown) ? thrown.message : 'something was thrown that is no error'
}
