import type { CallFailure, KeyPairStoreDriver } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { Operation } from '../engine/operation.js'
import { err, ok, type Result } from '../result.js'
import { readNamesakes } from '../attachment/target-key-pair.js'

/** Refuses a name that is taken. A cloud whose names are unique says so itself; elsewhere a look says it, as of just before. */
export async function refuseTakenName(
  operation: Operation,
  driver: KeyPairStoreDriver,
  name: string,
): Promise<Result<null, KeyPairError>> {
  if (driver.capabilities.name.unique) return ok(null)
  const there = await readNamesakes(operation, driver, name)
  if (there.isErr()) return err(operation.error(there.error, { outcome: 'none' }))
  return there.value.length === 0 ? ok(null) : err(operation.error(taken, { outcome: 'none' }))
}

const taken: CallFailure = {
  code: 'already-exists',
  message: 'a key pair of that name exists',
  outcome: 'none',
  passing: false,
  scope: 'call',
  hint: 'Choose another name, or delete the old one.',
}
