import type { Metadata } from '../contract/key-pair-driver.js'
import type { SavePrivateKey } from '../contract/options.js'
import type { StoredKeyPair } from '../contract/store.js'
import type { Operation } from '../engine/operation.js'
import type { FingerprintComparison } from '../key-material/fingerprint.js'
import type { GenerateKeyPairOptions } from '../key-material/generate.js'
import type { PublicKey } from '../key-material/public-key.js'
import { findByNameWhenListed, findByName } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'
import { importKey, orOfEarlierRun, setLater, toStored } from './import.js'
import { splitByCall } from './metadata.js'
import { findByKey } from '../lookup/compare-key.js'
import { generateAndSave, loadKey } from './stored-private-key.js'
import { type Failure, refusal } from '../errors/failures.js'

/** A key pair whose key is to be generated here. */
interface WantedKeyPair {
  readonly name: string
  readonly metadata: Metadata
  readonly save: SavePrivateKey
  readonly newKey: GenerateKeyPairOptions
}

/**
 * Puts a key pair in place in an order in which its private key cannot be lost: check that the name is free,
 * generate, save, import, compare. A key that an earlier run saved is taken up again; then a key pair of that
 * name with that key is the result of the earlier run, and a success.
 */
export async function create(operation: Operation, wanted: WantedKeyPair): Promise<Result<StoredKeyPair, Failure>> {
  const loaded = await loadKey(operation, wanted.save)
  if (loaded.isErr()) return err(loaded.error)
  return createFrom(operation, wanted, loaded.value)
}

/** Puts a key pair in place whose key was loaded, or is generated if there is none. */
export async function createFrom(
  operation: Operation,
  { name, metadata, save, newKey }: WantedKeyPair,
  earlier: PublicKey | undefined,
): Promise<Result<StoredKeyPair, Failure>> {
  const { driver } = operation
  const look = earlier === undefined ? findByName : findByNameWhenListed
  const namesakes = await look(operation, name)
  if (namesakes.isErr()) return err(namesakes.error)
  const match = earlier && findByKey(namesakes.value, earlier)
  if (earlier !== undefined && match?.comparison === 'same') {
    const { later } = splitByCall(metadata, driver.capabilities)
    const stored = toStored(match, earlier)
    return stored.isErr() ? stored : setLater(operation, stored.value, later)
  }
  if (namesakes.value.length > 0) return err(nameTaken(match?.comparison))

  const key = earlier === undefined ? await generateAndSave(operation, save, newKey) : ok(earlier)
  if (key.isErr()) return err(key.error)
  const hint = save.load === undefined ? savedHint : reloadedHint
  const imported = await importKey(operation, name, key.value, metadata, hint)
  return earlier === undefined ? imported : orOfEarlierRun(operation, name, earlier, metadata, imported)
}

const savedHint =
  "The private key is saved. To go on with it, run the operation again with ifFileExists: 'reuse', or give its public key to ensure."
const reloadedHint = 'The private key is saved. Run the operation again to go on with it.'

/** Returns the failure for a taken name, if nothing shows that its key pair has the saved key. */
function nameTaken(comparison: FingerprintComparison | undefined): Failure {
  const message = `a key pair of that name exists${comparison === undefined ? '' : notShown(comparison)}`
  const hint = 'Nothing was saved or sent. Choose another name, or delete the existing key pair.'
  return refusal('already-exists', message, hint)
}

function notShown(comparison: FingerprintComparison): string {
  return comparison === 'incomparable'
    ? ', and the cloud does not tell whether it has the key that was saved'
    : ', and does not have the key that was saved'
}
