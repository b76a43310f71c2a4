import { keyPairError, type KeyPairError } from '../contract/error.js'
import type { SavePrivateKey } from '../contract/options.js'
import { endedFailure } from '../engine/failures.js'
import type { Operation } from '../engine/operation.js'
import { errorMessage } from '../engine/to-error.js'
import type { RsaBits } from '../key-material/generate.js'
import { publicKeyOf } from '../key-material/private-key.js'
import type { PublicKey } from '../key-material/public-key.js'
import { scrub } from '../key-material/redact.js'
import { err, ok, type Result } from '../result.js'
import type { Secret } from '../secret.js'
import { thrownField, thrownMessage } from '../thrown.js'

/** The public key of a private one that an earlier run saved; undefined where there is none to use again. */
export async function loadKey(
  operation: Operation,
  save: SavePrivateKey,
): Promise<Result<PublicKey | undefined, KeyPairError>> {
  const { load } = save
  if (load === undefined) return ok(undefined)
  const loaded = await callStorage(operation, 'the saved private key could not be read', load)
  if (loaded.isErr()) return err(loaded.error)
  if (loaded.value === undefined) return ok(undefined)
  return publicKeyOf(loaded.value).mapErr(({ message, hint }) =>
    storageError(operation, `the saved private key cannot be used: ${message}`, undefined, hint),
  )
}

/** Generates a key pair and saves its private key; only the public one goes on from here. */
export async function generateAndSave(
  operation: Operation,
  save: SavePrivateKey,
  bits: RsaBits,
): Promise<Result<PublicKey, KeyPairError>> {
  const generated = await operation.raceWithEnd(operation.context.generateKeyPair({ bits }))
  if (generated === undefined) return err(stopped(operation))
  const { privateKey, publicKey } = generated.value
  const saved = await callStorage(operation, 'the private key could not be saved', () => save(privateKey), privateKey)
  return saved.map(() => publicKey)
}

/** Runs the caller's code, which may throw, hang, or quote the key in what it throws. */
async function callStorage<T>(
  operation: Operation,
  failed: string,
  work: () => Promise<T>,
  privateKey?: Secret,
): Promise<Result<T, KeyPairError>> {
  try {
    const done = await operation.raceWithEnd((async () => work())())
    return done === undefined ? err(stopped(operation)) : ok(done.value)
  } catch (thrown) {
    const cause = scrubbed(thrown, privateKey)
    return err(storageError(operation, `${failed}: ${cause.message}`, cause, undefined, thrownField(thrown, 'path')))
  }
}

function stopped(operation: Operation): KeyPairError {
  return operation.error(endedFailure(operation.ended() ?? 'aborted', 'none'), {
    outcome: 'none',
    hint: 'Nothing was changed in the cloud. The private key may still be saved, and can be used again.',
  })
}

function storageError({ subject }: Operation, why: string, cause?: Error, hint?: string, path?: string): KeyPairError {
  const advice = hint ?? 'Nothing was changed in the cloud.'
  return keyPairError({
    code: 'storage',
    message: errorMessage(subject, why, 'storage'),
    outcome: 'none',
    retry: 'after-check',
    provider: subject.provider,
    operation: subject.operation,
    details: path === undefined ? {} : { path },
    hint: advice,
    cause,
  })
}

// A line of a PEM block; shorter pieces of a key are also ordinary words.
const shortestLine = 16

/** What the caller's code threw, without the key, be it one that is saved or one that was. */
function scrubbed(thrown: unknown, privateKey: Secret | undefined): Error {
  const lines = privateKey?.reveal().split('\n') ?? []
  const message = lines
    .filter((line) => line.length >= shortestLine)
    .reduce((rest, line) => rest.replaceAll(line, '[secret]'), thrownMessage(thrown))
  const cause = new Error(scrub(message, []))
  cause.name = thrownField(thrown, 'name') ?? cause.name
  return cause
}
