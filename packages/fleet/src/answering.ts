import type { Result } from '@cloud-keypair/core'
import { failed, type FleetError } from './fleet-error.js'
import { thrownMessage } from './thrown-message.js'

/** Turns a throw of the store into an error. */
export async function answering<T>(work: () => Promise<Result<T, FleetError>>): Promise<Result<T, FleetError>> {
  try {
    return await work()
  } catch (thrown) {
    return failed('storage', `Redis could not be used: ${thrownMessage(thrown)}`, 'Make Redis work, then ask again.')
  }
}
