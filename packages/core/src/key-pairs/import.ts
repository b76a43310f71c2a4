import type { CallFailure, ImportKeyPairRequest, KeyPairHandle, Metadata } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { StoredKeyPair } from '../contract/store.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { sendSingle } from '../engine/single-call.js'
import { type FingerprintComparison, shownFingerprint } from '../key-material/fingerprint.js'
import type { PublicKey } from '../key-material/public-key.js'
import { compareMaterial, compareRecords, fingerprintOf } from '../lookup/compare-key.js'
import { findKeyPair, findByName, waitUntilListed } from '../lookup/find-key-pairs.js'
import { resolveReference } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { explainImportRefusal } from './documented-keys.js'
import { differing, splitByCall } from './metadata.js'
import { applyChanges } from './update.js'

// A key pair that was just imported may not be listed yet (github.com/hashicorp/terraform-provider-aws/issues/44835).
const maxImportLooks = 6

/** Imports a public key under a name that has to be free. */
export async function importNew(
  operation: Operation,
  name: string,
  key: PublicKey,
  metadata: Metadata,
): Promise<Result<StoredKeyPair, Failure>> {
  const free = await checkNameIsFree(operation, name)
  return free.isErr() ? err(free.error) : importKey(operation, name, key, metadata)
}

/** Imports a public key, waits until the cloud lists it, and compares what it lists with the key. */
export async function importKey(
  operation: Operation,
  name: string,
  key: PublicKey,
  metadata: Metadata,
  hint?: string,
): Promise<Result<StoredKeyPair, Failure>> {
  const { driver } = operation
  const { atOnce, later } = splitByCall(metadata, driver.capabilities)
  const imported = await sendImport(operation, { name, publicKey: key.line, ...atOnce }, async () => {
    const there = await findKeyPair(operation, { by: 'name', name })
    return there.isOk() && compareMaterial(there.value, key) === 'same' ? there.value : undefined
  })
  if (imported.isErr()) {
    const failure = await explainImportRefusal(operation, name, key, imported.error)
    const hints = [failure.hint, hint].filter((one) => one !== undefined)
    return err({ ...failure, hint: hints.length === 0 ? undefined : hints.join(' ') })
  }
  const stored = toStored(await confirm(operation, imported.value, key), key)
  return stored.isErr() ? stored : setLater(operation, stored.value, later)
}

/**
 * Takes up the key pair of an earlier run if an import found its name taken: it may not have been listed before. Waits until
 * it is listed. A key pair with another key leaves the refusal as it is.
 */
export async function orOfEarlierRun(
  operation: Operation,
  name: string,
  key: PublicKey,
  metadata: Metadata,
  imported: Result<StoredKeyPair, Failure>,
): Promise<Result<StoredKeyPair, Failure>> {
  const { driver } = operation
  if (imported.isOk() || imported.error.code !== 'already-exists') return imported
  const there = await waitUntilListed(operation, () => findKeyPair(operation, { by: 'name', name }))
  if (there.isErr() || compareMaterial(there.value, key) !== 'same') return imported
  const { later } = splitByCall(metadata, driver.capabilities)
  return setLater(operation, { ...there.value, publicKey: key.line, verified: true }, later)
}

/**
 * Sets the metadata that the cloud takes only in a call of its own. If that call fails, the key pair exists without the
 * metadata, and the error is `partial`.
 */
export async function setLater(
  operation: Operation,
  stored: StoredKeyPair,
  later: Metadata,
): Promise<Result<StoredKeyPair, Failure>> {
  const missing = differing(stored, later)
  const updated = await applyChanges(operation, stored, missing, true, setLaterHint)
  return updated.map((keyPair) => ({ ...stored, ...keyPair }))
}

const setLaterHint = 'The key pair exists, and has its key. Set the rest with update.'

/** Sends an import until there is an answer. If a repeat could make a second key pair, it only reads. */
export function sendImport(
  operation: Operation,
  request: ImportKeyPairRequest,
  readBack: () => Promise<KeyPair | undefined>,
): Promise<Result<KeyPair, CallFailure>> {
  const { driver } = operation
  const { name, idempotencyToken } = driver.capabilities
  return sendSingle(operation, {
    call: 'import',
    resend: name.unique ? 'safe' : idempotencyToken ? 'with-token' : 'never',
    send: (context) => driver.doImportKeyPair(request, context),
    readBack,
  })
}

/** A key pair as the cloud has it, compared with the key that it should have. */
interface Compared {
  readonly keyPair: KeyPair
  readonly comparison: FingerprintComparison
}

/** Returns the result for a key pair in the cloud. Another key than the given one is a conflict, and the key pair stays. */
export function toStored({ keyPair, comparison }: Compared, key: PublicKey): Result<StoredKeyPair, Failure> {
  if (comparison !== 'different') return ok({ ...keyPair, publicKey: key.line, verified: comparison === 'same' })
  const expected = shownFingerprint(key)
  const actual = fingerprintOf(keyPair) ?? 'unknown'
  const hint = 'Nothing was deleted. Do not attach this key pair. Delete it once you know who made it.'
  const message = `the cloud recorded another key, ${quote(actual)} in place of ${expected}`
  return err({ ...refusal('conflict', message, hint), outcome: 'partial', details: { expected, actual } })
}

async function confirm(operation: Operation, answer: KeyPair, key: PublicKey): Promise<Compared> {
  const { driver } = operation
  const { context, waitToRetry } = operation
  const handle = resolveReference(answer, driver.capabilities)
  for (let look = 0; handle.isOk() && look < maxImportLooks; look += 1) {
    const found = await findKeyPair(operation, handle.value)
    if (found.isOk()) {
      const comparison = compareImported(answer, found.value, key)
      const compared = { keyPair: { ...answer, ...found.value }, comparison }
      const { value } = handle
      return comparison === 'different' && value.by === 'name'
        ? confirmLater(operation, value, compared, answer, key)
        : compared
    }
    if (found.error.code !== 'not-found' || !(await waitToRetry(look))) break
  }
  context.unlisted.add(answer, context.clock.now())
  return { keyPair: answer, comparison: compareMaterial(answer, key) }
}

/** Reads a name again that shows another key: it may still be that of a key pair which had the name before. */
async function confirmLater(
  operation: Operation,
  handle: KeyPairHandle,
  compared: Compared,
  answer: KeyPair,
  key: PublicKey,
): Promise<Compared> {
  const listed = await waitUntilListed(operation, async () => {
    const found = await findKeyPair(operation, handle)
    return found.andThen((keyPair): typeof found =>
      compareImported(answer, keyPair, key) === 'different' ? err(notShownYet) : ok(keyPair),
    )
  })
  return listed
    .map((keyPair): Compared => ({
      keyPair: { ...answer, ...keyPair },
      comparison: compareImported(answer, keyPair, key),
    }))
    .unwrapOr(compared)
}

const notShownYet = refusal('not-found', 'the name shows another key')

/**
 * Compares the key pair that the cloud lists with the imported key. If that proves nothing, another fingerprint than that of
 * the answer to the import, in the same form, is that of another key.
 */
function compareImported(answer: KeyPair, listed: KeyPair, key: PublicKey): FingerprintComparison {
  const comparison = compareMaterial(listed, key)
  if (comparison !== 'incomparable' || answer.fingerprint?.length !== listed.fingerprint?.length) return comparison
  return compareRecords(answer, listed) === 'different' ? 'different' : comparison
}

/**
 * Refuses a name that is taken. A cloud whose names are unique says so itself; elsewhere a look says it, as of just
 * before.
 */
export async function checkNameIsFree(operation: Operation, name: string): Promise<Result<null, Failure>> {
  const { driver } = operation
  if (driver.capabilities.name.unique) return ok(null)
  const there = await findByName(operation, name)
  return there.andThen((keyPairs) => (keyPairs.length === 0 ? ok(null) : err(taken)))
}

const taken = refusal(
  'already-exists',
  'a key pair of that name exists',
  'Choose another name, or delete the existing key pair.',
)
