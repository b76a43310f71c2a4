import type { Result } from '@cloud-keypair/core'
import { failed, type FleetError } from './fleet-error.js'
import type { FleetStore } from './fleet-store.js'
import { thrownMessage } from './thrown-message.js'

/** Turns a throw of the store into an error, which says why the store cannot be reached. */
export async function answering<T>(
  store: Pick<FleetStore, 'connectionProblem'>,
  work: () => Promise<Result<T, FleetError>>,
): Promise<Result<T, FleetError>> {
  try {
    return await work()
  } catch (thrown) {
    const problem = store.connectionProblem()
    const message =
      problem === undefined
        ? `Redis could not be used: ${thrownMessage(thrown)}`
        : `Redis could not be reached: ${problem}`
    return failed('storage', message, 'Make Redis work, then ask again.')
  }
}
