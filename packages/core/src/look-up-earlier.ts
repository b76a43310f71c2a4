import type { CallFailure, KeyPairHandle, KeyPairStoreDriver } from './driver.js'
import type { KeyPair } from './key-pair.js'
import type { Operation } from './operation.js'
import { lookUp } from './references.js'
import type { Result } from './result.js'

/** How long a key pair may take to be listed. */
const listedWithinMs = 30_000
const pollMs = 3_000

/**
 * Reads the one key pair that an earlier run may have put in place just before it was cut off. It may not be listed yet, and
 * where names repeat it would be put there twice: so it is given time.
 */
export async function lookUpEarlier(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handle: KeyPairHandle,
): Promise<Result<KeyPair, CallFailure>> {
  const { clock } = operation.context
  const until = clock.now() + listedWithinMs
  for (;;) {
    const found = await lookUp(operation, driver, handle)
    if (driver.capabilities.name.unique || found.isOk() || found.error.code !== 'not-found') return found
    if (clock.now() >= until || !(await operation.wait(pollMs))) return found
  }
}
