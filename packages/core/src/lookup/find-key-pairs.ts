import type { CallFailure, KeyPairHandle, KeyPairStoreDriver } from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { lookUp } from './reference.js'
import type { Result } from '../result.js'
import { readNamesakes } from '../attachment/target-key-pair.js'

/** How long a key pair may take to be listed. */
const listedWithinMs = 30_000
const pollMs = 3_000

/**
 * Reads the one key pair that an earlier run may have put in place just before it was cut off. It may not be listed yet, and
 * where names repeat it would be put there twice: so it is given time.
 */
export function lookUpEarlier(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handle: KeyPairHandle,
): Promise<Result<KeyPair, CallFailure>> {
  const isMissing = (found: Result<KeyPair, CallFailure>): boolean => found.isErr() && found.error.code === 'not-found'
  return untilListed(operation, driver, () => lookUp(operation, driver, handle), isMissing)
}

/** Reads the key pairs of a name that an earlier run may have used, with time as of {@link lookUpEarlier}. */
export function readEarlierNamesakes(
  operation: Operation,
  driver: KeyPairStoreDriver,
  name: string,
): ReturnType<typeof readNamesakes> {
  const isMissing = (found: Result<readonly KeyPair[], CallFailure>): boolean =>
    found.isOk() && found.value.length === 0
  return untilListed(operation, driver, () => readNamesakes(operation, driver, name), isMissing)
}

async function untilListed<T>(
  { context: { clock }, wait }: Operation,
  { capabilities }: KeyPairStoreDriver,
  look: () => Promise<T>,
  isMissing: (found: T) => boolean,
): Promise<T> {
  const until = clock.now() + listedWithinMs
  for (;;) {
    const found = await look()
    if (capabilities.name.unique || !isMissing(found)) return found
    if (clock.now() >= until || !(await wait(pollMs))) return found
  }
}
