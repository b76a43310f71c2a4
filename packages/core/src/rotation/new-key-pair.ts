import type { CheckpointKeyPair } from '../contract/checkpoint.js'
import type { Metadata } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { SavePrivateKey } from '../contract/options.js'
import type { Operation } from '../engine/operation.js'
import type { GenerateKeyPairOptions } from '../key-material/generate.js'
import type { PublicKey } from '../key-material/public-key.js'
import { createFrom } from '../key-pairs/create.js'
import { importNew, orOfEarlierRun } from '../key-pairs/import.js'
import { loadKey } from '../key-pairs/stored-private-key.js'
import { compareMaterial } from '../lookup/compare-key.js'
import { findKeyPair, findKeyPairWhenListed, waitUntilListed } from '../lookup/find-key-pairs.js'
import { resolveReference } from '../lookup/reference.js'
import { isSameKeyPair } from '../restart/checkpoint-fit.js'
import { checkpointKeyPair } from '../restart/checkpoint-writer.js'
import { err, ok, type Result } from '../result.js'
import { sameKeyProblem } from './refuse-same-key.js'
import { type Failure, refusal } from '../errors/failures.js'

/** The source of the key of the new key pair. */
export type KeySource =
  | { readonly kind: 'generated'; readonly save: SavePrivateKey; readonly newKey: GenerateKeyPairOptions }
  | { readonly kind: 'given'; readonly key: PublicKey }

/** The new key pair of a rotation, its input checked. */
interface NewKeyPairInput {
  readonly name: string
  readonly metadata: Metadata
  readonly source: KeySource
  /** The new key pair as the checkpoint of an earlier run has it. */
  readonly earlier: CheckpointKeyPair | undefined
  readonly replaced: KeyPair
}

/** The new key pair of a rotation, as far as it is known to exist. */
export interface RotationKeyPair {
  readonly keyPair: KeyPair
  /**
   * The failure of every instance if the key pair no longer exists, or if its name means another key. `keyPair` is then
   * as the earlier run recorded it.
   */
  readonly refusal?: Failure
}

/**
 * Creates or imports the new key pair. Uses the key pair of an earlier run if there is one: recognised by the checkpoint
 * of that run, or by its key.
 */
export async function putNewKeyPair(
  operation: Operation,
  { name, metadata, source, earlier, replaced }: NewKeyPairInput,
): Promise<Result<RotationKeyPair, Failure>> {
  const { driver } = operation
  if (earlier !== undefined) {
    const handle = resolveReference(earlier, driver.capabilities).unwrapOr({ by: 'name', name: earlier.name } as const)
    // `createFrom` waits for the key pair of a generated key.
    const found = isWhole(earlier)
      ? await waitUntilListed(operation, () => findKeyPair(operation, handle))
      : source.kind === 'given'
        ? await findKeyPairWhenListed(operation, handle)
        : await findKeyPair(operation, handle)
    if (found.isErr() && found.error.code !== 'not-found') return err(found.error)
    const key = found.isOk() && source.kind === 'given' ? compareMaterial(found.value, source.key) : 'unknown'
    const isItself = found.isOk() && isWritten(earlier, found.value)
    if (found.isOk() && (key === 'same' || (key !== 'different' && isItself))) return ok({ keyPair: found.value })
    if (isItself) return err(differentGivenKey)
    if (isWhole(earlier)) return ok({ keyPair: earlier, refusal: newKeyPairGone })
  }
  if (source.kind === 'given') {
    const imported = await importNew(operation, name, source.key, metadata)
    const put = earlier === undefined ? imported : await orOfEarlierRun(operation, name, source.key, metadata, imported)
    return put.map((keyPair) => ({ keyPair }))
  }
  const loaded = await loadKey(operation, source.save)
  if (loaded.isErr()) return err(loaded.error)
  const problem = loaded.value && sameKeyProblem(replaced, loaded.value)
  if (problem !== undefined) return err(problem)
  const put = await createFrom(operation, { name, metadata, ...source }, loaded.value)
  return put.map((keyPair) => ({ keyPair }))
}

/** True if the checkpoint identifies the key pair by more than its name. */
function isWhole({ id, fingerprint }: CheckpointKeyPair): boolean {
  return id !== undefined || fingerprint !== undefined
}

function isWritten(earlier: CheckpointKeyPair, found: KeyPair): boolean {
  return isWhole(earlier) && isSameKeyPair(earlier, checkpointKeyPair(found))
}

const differentGivenKey = refusal(
  'conflict',
  'the new key pair in the checkpoint has another key than the given one',
  'Resume with the key that the rotation began with.',
)

const newKeyPairGone = refusal(
  'conflict',
  'the new key pair in the checkpoint no longer exists, or is another one',
  'Check that the instances in the checkpoint are running, then rotate again without the checkpoint.',
)
