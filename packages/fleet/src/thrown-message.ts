import { isNativeError } from 'node:util/types'
import { errorKind } from '@cloud-keypair/core/credentials'

/** Returns the message of what was thrown, or its kind: an error of several addresses of a host has no message. */
export function thrownMessage(thrown: unknown): string {
  if (!isNativeError(thrown)) return 'something was thrown that is no error'
  return thrown.message === '' ? errorKind(thrown) : thrown.message
}
