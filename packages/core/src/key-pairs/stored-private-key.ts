import type { SavePrivateKey } from '../contract/options.js'
import type { Failure } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { tryToRead } from '../engine/read-options.js'
import { mustBe } from '../errors/type-checks.js'
import type { GenerateKeyPairOptions } from '../key-material/generate.js'
import { publicKeyOf } from '../key-material/private-key.js'
import type { PublicKey } from '../key-material/public-key.js'
import { shownError, shownText } from '../key-material/redact.js'
import { err, ok, type Result } from '../result.js'
import { Secret } from '../secret.js'
import { readField, thrownField } from '../foreign-values.js'

/** Reads `save` and its `load` once. Throws a `TypeError` if one is no function, or cannot be read. */
export function readSave(save: SavePrivateKey | undefined): SavePrivateKey {
  mustBe(typeof save === 'function', 'save must be a function')
  const load = tryToRead('load of save', () => save.load)
  mustBe(load === undefined || typeof load === 'function', 'load of save must be a function')
  return Object.assign((privateKey: Secret) => save(privateKey), load && { load })
}

/** Returns the public key of the private key that an earlier run saved. Undefined if there is none. */
export async function loadKey(
  operation: Operation,
  save: SavePrivateKey,
): Promise<Result<PublicKey | undefined, Failure>> {
  const { load } = save
  if (load === undefined) return ok(undefined)
  const loaded = await callStorage(operation, 'the saved private key could not be read', load)
  if (loaded.isErr()) return err(loaded.error)
  const { value }: { readonly value: unknown } = loaded
  if (value === undefined || value === null) return ok(undefined)
  const text = revealed(value)
  if (text === undefined) return err(storageFailure(noSecret, undefined, noSecretHint))
  return publicKeyOf(new Secret(text)).mapErr(({ message, hint }) =>
    storageFailure(`the saved private key cannot be used: ${message}`, undefined, hint),
  )
}

const noSecret = 'load gave something else than a Secret of this package'
const noSecretHint = 'Give new Secret(text), with the private key as PEM. Nothing was changed in the cloud.'

/** Generates a key pair and saves its private key; only the public one goes on from here. */
export async function generateAndSave(
  operation: Operation,
  save: SavePrivateKey,
  newKey: GenerateKeyPairOptions,
): Promise<Result<PublicKey, Failure>> {
  const generated = await operation.raceWithEnd(operation.context.generateKeyPair(newKey))
  if (generated.isErr()) return err(stopped(generated.error))
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
): Promise<Result<T, Failure>> {
  try {
    const done = await operation.raceWithEnd((async () => work())())
    return done.mapErr(stopped)
  } catch (thrown) {
    const secrets = linesOf(privateKey)
    const cause = shownError(thrown, secrets)
    const path = thrownField(thrown, 'path')
    const hint = thrownField(thrown, 'code') === 'EEXIST' ? fileExistsHint : undefined
    return err(storageFailure(`${failed}: ${cause.message}`, cause, hint, path && shownText(path, secrets)))
  }
}

const fileExistsHint =
  "Nothing was changed in the cloud. Give another file, or go on with the key in this one: ifFileExists: 'reuse'."

function stopped(failure: Failure): Failure {
  const hint = 'Nothing was changed in the cloud. The private key may still be saved, and can be used again.'
  return { ...failure, hint }
}

function storageFailure(
  message: string,
  cause?: Error,
  hint = 'Nothing was changed in the cloud.',
  path?: string,
): Failure {
  return { code: 'storage', message, transient: false, cause, hint, details: { path } }
}

// A line of a PEM block; shorter pieces of a key are also ordinary words.
const minLineLength = 16

/** Returns the lines by which a private key is found in a text. */
function linesOf(privateKey: Secret | undefined): readonly string[] {
  return (
    privateKey
      ?.reveal()
      .split('\n')
      .filter(({ length }) => length >= minLineLength) ?? []
  )
}

/** Returns the text of a loaded secret, also of one that another copy of this package made. */
function revealed(loaded: unknown): string | undefined {
  const reveal = readField(loaded, 'reveal')
  try {
    const text: unknown = typeof reveal === 'function' ? Reflect.apply(reveal, loaded, []) : undefined
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
