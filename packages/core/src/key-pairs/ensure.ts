import type { CallFailure } from '../contract/key-pair-driver.js'
import type { Outcome } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { EnsuredKeyPair, UpdateOptions } from '../contract/store.js'
import { type Failure, endedFailure } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { clockSkewMs, clockTickMs } from '../engine/time-limits.js'
import type { PublicKey } from '../key-material/public-key.js'
import { compareMaterial, differentKey, findByKey, type KeyMatch } from '../lookup/compare-key.js'
import { findByName } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'
import { explainImportRefusal } from './documented-keys.js'
import { sendImport } from './import.js'
import { differing, metadataProblem, splitByCall } from './metadata.js'
import { toUpdateResult, applyChanges, textsOf } from './update.js'

/** The key pair that must be there. */
interface EnsureInput {
  readonly name: string
  readonly key: PublicKey
  readonly metadata: Pick<UpdateOptions, 'description' | 'tags' | 'group'>
}

/** A key pair that was found, and what this operation changed for it. */
interface PresentKeyPair {
  readonly match: KeyMatch
  /** `none` if nothing was sent, or the import was definitely refused. */
  readonly done: Outcome
}

/**
 * Finds the key pair, imports it if no key pair has the name, and updates its metadata. An existing key pair is never
 * imported again and never deleted.
 */
export async function ensure(operation: Operation, wanted: EnsureInput): Promise<Result<EnsuredKeyPair, Failure>> {
  const there = await lookForOld(operation, wanted)
  if (there.isErr()) return err(there.error)
  if (there.value !== undefined) return finish(operation, wanted, { match: there.value, done: 'none' })
  const present = await importAndLook(operation, wanted)
  return present.isErr() ? err(present.error) : finish(operation, wanted, present.value)
}

/**
 * Finds the key pair. If names repeat and it is new, reads again a second later: after that no other of the same age can
 * appear.
 */
async function lookForOld(operation: Operation, wanted: EnsureInput): Promise<Found> {
  const { driver } = operation
  const found = await findMatch(operation, wanted)
  if (found.isErr() || driver.capabilities.name.unique) return found
  const createdAt = found.value?.keyPair.createdAt?.getTime()
  const young = createdAt !== undefined && Math.abs(operation.context.clock.now() - createdAt) < clockSkewMs
  return young ? lookATickLater(operation, wanted) : found
}

async function lookATickLater(operation: Operation, wanted: EnsureInput): Promise<Found> {
  const waited = await pauseForATick(operation, 0)
  return waited ? findMatch(operation, wanted) : err(endedFailure(operation.ended() ?? 'timeout', 'none'))
}

function pauseForATick(operation: Operation, earlier: number): Promise<boolean> {
  return operation.waitToRetry(earlier, { code: 'busy', retryAfterMs: clockTickMs })
}

type Found = Result<KeyMatch | undefined, Failure>

async function findMatch(operation: Operation, { name, key }: EnsureInput): Promise<Found> {
  const namesakes = await findByName(operation, name)
  return namesakes.map((keyPairs) => findByKey(keyPairs, key))
}

// A key pair that was just imported may not be listed yet (github.com/hashicorp/terraform-provider-aws/issues/44835).
const maxEnsureLooks = 10

/**
 * Imports the key pair, and reads it back. A refusal of the import is not final: somebody else may have imported it at the
 * same time, and not every cloud has a code for that.
 */
async function importAndLook(operation: Operation, wanted: EnsureInput): Promise<Result<PresentKeyPair, Failure>> {
  const { driver } = operation
  const { name, key, metadata } = wanted
  const { description, tags = {}, group } = metadata
  const { unique } = driver.capabilities.name
  const { atOnce } = splitByCall({ description, tags: textsOf(tags), group }, driver.capabilities)
  const request = { name, publicKey: key.line, ...atOnce }
  const imported = await sendImport(operation, request, async () => {
    const found = (await findMatch(operation, wanted)).unwrapOr(undefined)
    return found === undefined || found.comparison === 'different' ? undefined : found.keyPair
  })
  const done = imported.isOk() ? 'partial' : imported.error.outcome
  const taken = imported.isErr() && imported.error.code === 'already-exists'
  if (imported.isErr() && !taken && (done === 'unknown' || imported.error.transient)) {
    return err(imported.error)
  }

  if (imported.isErr()) {
    const failure = await explainImportRefusal(operation, name, key, imported.error)
    if (failure !== imported.error) return err(failure)
  }
  const looks = imported.isOk() || taken ? maxEnsureLooks : 1
  const listed = await lookUntilListed(operation, wanted, looks)
  if (listed.isOk() && listed.value !== undefined) return ok({ match: listed.value, done })
  if (imported.isErr()) return err(imported.error)
  if (unique) {
    const { unlisted, clock } = operation.context
    unlisted.add(imported.value, clock.now())
    return ok({ match: answered(toUpdateResult(imported.value, atOnce), key), done })
  }
  return err({ ...(listed.isErr() ? listed.error : notListedYet), outcome: done, hint: againHint })
}

const againHint = 'The key pair was imported. Call ensure again: nothing is imported twice.'

/** Makes a match of the answer to an import, for a key pair that the cloud does not list yet. */
function answered(keyPair: KeyPair, key: PublicKey): KeyMatch {
  return { keyPair, comparison: compareMaterial(keyPair, key), others: [] }
}

/** Reads until the key pair is listed; if it is new among namesakes, until no other of the same age can appear. */
async function lookUntilListed(operation: Operation, wanted: EnsureInput, looks: number): Promise<Found> {
  const { driver } = operation
  const amongNamesakes = !driver.capabilities.name.unique
  for (let earlier = 0; ; earlier += 1) {
    const found = await findMatch(operation, wanted)
    if (found.isErr()) return found
    if (found.value !== undefined && !(amongNamesakes && found.value.comparison === 'different')) {
      return amongNamesakes ? lookATickLater(operation, wanted) : found
    }
    if (earlier + 1 >= looks || !(await pauseForATick(operation, earlier))) return found
  }
}

const notListedYet: CallFailure = {
  code: 'busy',
  message: 'the cloud accepted the import, but does not list the key pair yet',
  outcome: 'none',
  transient: true,
  scope: 'call',
}

/** Updates the metadata of an existing key pair, and returns the result. */
async function finish(
  operation: Operation,
  { key, metadata }: EnsureInput,
  { match: { keyPair, comparison, others }, done }: PresentKeyPair,
): Promise<Result<EnsuredKeyPair, Failure>> {
  const { driver } = operation
  if (comparison === 'different') {
    return err({ ...differentKey(keyPair, key, chooseNameHint), outcome: done })
  }

  const missing = differing(keyPair, metadata)
  const unkept = metadataProblem(missing, driver.capabilities, 'any-time')
  if (unkept !== undefined) return err({ ...unkept, outcome: done })
  const changed = done !== 'none'
  const updated = await applyChanges(operation, keyPair, missing, changed)
  return updated.map((now) => ({
    ...now,
    publicKey: key.line,
    verified: comparison === 'same',
    changed: changed || Object.keys(missing).length > 0,
    duplicates: others,
  }))
}

const chooseNameHint =
  'Nothing was deleted. Choose another name, or delete the existing key pair once you know who made it.'
