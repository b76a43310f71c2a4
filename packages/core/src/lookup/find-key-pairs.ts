import type { CallFailure, KeyPairHandle, KeyPairStoreDriver } from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { readInChunks } from '../engine/pages.js'
import type { Result } from '../result.js'
import { isNamedBy, exactlyOne } from './reference.js'

/** The longest time until a new key pair is listed. */
const listedWithinMs = 30_000
const listPollMs = 3_000

/**
 * Reads the one key pair that an earlier run may have put in place just before it was cut off. It may not be listed yet, and
 * where names repeat it would be put there twice: so it is given time.
 */
export function findKeyPairWhenListed(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handle: KeyPairHandle,
): Promise<Result<KeyPair, CallFailure>> {
  const isMissing = (found: Result<KeyPair, CallFailure>): boolean => found.isErr() && found.error.code === 'not-found'
  return waitUntilListed(operation, driver, () => findKeyPair(operation, driver, handle), isMissing)
}

/** Reads the key pairs of a name that an earlier run may have used, with time as of {@link findKeyPairWhenListed}. */
export function findByNameWhenListed(
  operation: Operation,
  driver: KeyPairStoreDriver,
  name: string,
): ReturnType<typeof findByName> {
  const isMissing = (found: Result<readonly KeyPair[], CallFailure>): boolean =>
    found.isOk() && found.value.length === 0
  return waitUntilListed(operation, driver, () => findByName(operation, driver, name), isMissing)
}

async function waitUntilListed<T>(
  { context: { clock }, sleep }: Operation,
  { capabilities }: KeyPairStoreDriver,
  look: () => Promise<T>,
  isMissing: (found: T) => boolean,
): Promise<T> {
  const until = clock.now() + listedWithinMs
  for (;;) {
    const found = await look()
    if (capabilities.name.unique || !isMissing(found)) return found
    if (clock.now() >= until || !(await sleep(listPollMs))) return found
  }
}

/** Reads the key pairs that these handles name, in as few calls as the cloud's limit allows. */
export function readKeyPairs(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handles: readonly KeyPairHandle[],
): Promise<Result<KeyPair[], CallFailure>> {
  const keyOf = ({ id, name }: KeyPair): string => id ?? name
  return readInChunks(
    operation,
    'lookup',
    handles.map(handleText),
    driver.capabilities.lookup,
    driver,
    keyOf,
    (chunk, cursor, context) => {
      const named = new Set(chunk)
      const keyPairs = handles.filter((handle) => named.has(handleText(handle)))
      return driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor }, context)
    },
  )
}

function handleText(handle: KeyPairHandle): string {
  return handle.by === 'name' ? handle.name : handle.id
}

/** Finds the one key pair that a handle names. */
export async function findKeyPair(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handle: KeyPairHandle,
): Promise<Result<KeyPair, CallFailure>> {
  const found = await readKeyPairs(operation, driver, [handle])
  return found.andThen((keyPairs) => exactlyOne(keyPairs, handle))
}

/** The key pairs that have this name. */
export async function findByName(
  operation: Operation,
  driver: KeyPairStoreDriver,
  name: string,
): ReturnType<typeof readKeyPairs> {
  const handle: KeyPairHandle = { by: 'name', name }
  const found = await readKeyPairs(operation, driver, [handle])
  return found.map((keyPairs) => keyPairs.filter((keyPair) => isNamedBy(handle, keyPair)))
}
