import { err, type Result } from '@cloud-keypair/core'

/**
 * The code of a {@link FleetError}. `conflict`: another run has a place, or this id. `not-durable`: Redis may lose what it
 * acknowledged. `storage`: Redis did not answer, holds something else, or the private key could not be saved.
 */
export type FleetErrorCode = 'invalid-argument' | 'not-found' | 'conflict' | 'not-durable' | 'storage'

/** The reason that a request to a fleet failed, and the remedy. */
export class FleetError extends Error {
  override readonly name = 'FleetError'
  readonly code: FleetErrorCode
  readonly hint: string

  constructor(code: FleetErrorCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** Makes the result of a request that failed. */
export function failed(code: FleetErrorCode, message: string, hint: string): Result<never, FleetError> {
  return err(new FleetError(code, message, hint))
}
