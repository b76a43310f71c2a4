import { isDeepStrictEqual } from 'node:util'
import type { CallFailure } from '../contract/key-pair-driver.js'
import { errorKind } from '../foreign-values.js'
import { refusal } from '../errors/failures.js'
import { err, ok, type Result } from '../result.js'
import type { CallRefused } from './answer-failure.js'

/** Credentials, as far as the cache looks at them. */
export interface Expiring {
  /** The end of the credentials, in milliseconds since the epoch. Default: never. */
  readonly expiresAt?: number | undefined
}

/**
 * Credentials that are loaded when they are first needed, kept, and loaded again before they end or when they are
 * refused.
 */
export interface CredentialCache<T> {
  get(): Promise<Result<T, CallFailure>>
  /** Loads again, as the cloud refused this; once for all who ask at the same time. */
  renew(refused: T): Promise<Result<T, CallFailure>>
  /** Gives up a load under way, so that the next who asks begins another. */
  forget(): void
}

/** Credentials are loaded again this long before they end, or when half of their time is over if that is later. */
const renewalMs = 5 * 60_000

/**
 * Makes a cache of what `load` gives. However many ask at once, it is loaded once. A failure is not kept; while the
 * credentials from before are still good, a failure to renew them is none.
 */
export function createCredentialCache<T extends Expiring>(
  load: () => Promise<Result<T, CallFailure>>,
  now: () => number = Date.now,
): CredentialCache<T> {
  let held: Promise<Result<T, CallFailure>> | undefined
  let renewAt = Infinity

  const refresh = (before?: T): Promise<Result<T, CallFailure>> => {
    const asked = loadSafely(load).then((loaded) => {
      const best = loaded.isErr() && before !== undefined && endOf(before) > now() ? ok(before) : loaded
      if (held !== asked) return best
      if (best.isErr()) held = undefined
      else renewAt = renewalOf(best.value, now())
      return best
    })
    held = asked
    renewAt = Infinity
    return asked
  }

  const get = async (): Promise<Result<T, CallFailure>> => {
    if (held === undefined) return refresh()
    const before = held
    const value = await before
    if (held !== before) return get()
    return now() < renewAt ? value : refresh(value.isOk() ? value.value : undefined)
  }

  return {
    get,
    renew: async (refused) => {
      const before = held
      const loaded = await get()
      if (loaded.isErr() || loaded.value !== refused) return loaded
      return held === before ? refresh() : get()
    },
    forget: () => {
      held = undefined
    },
  }
}

/** Makes a cache of credentials that are there already and stay the same. */
export function keepCredentials<T>(credentials: T): CredentialCache<T> {
  const kept = async (): Promise<Result<T, CallFailure>> => ok(credentials)
  return { get: kept, renew: kept, forget: () => {} }
}

function endOf({ expiresAt = Infinity }: Expiring): number {
  return expiresAt
}

function renewalOf(value: Expiring, now: number): number {
  const end = endOf(value)
  return end === Infinity ? end : end - Math.min(renewalMs, (end - now) / 2)
}

/** Makes the failure of credentials that are missing or cannot be used. Nothing was sent with them. */
export function unauthenticated(message: string, hint?: string): CallFailure {
  return refusal('unauthenticated', message, hint)
}

async function loadSafely<T>(load: () => Promise<Result<T, CallFailure>>): Promise<Result<T, CallFailure>> {
  try {
    return await load()
  } catch (error) {
    return err(unauthenticated(`the credentials could not be loaded (${errorKind(error)})`))
  }
}

/**
 * Makes a call with credentials. If the cloud refuses them, the source is asked once more, and if they differ the
 * call is made again: it was refused, so nothing was changed yet.
 */
export async function callWithCredentials<Credentials, T>(
  credentials: CredentialCache<Credentials>,
  signal: AbortSignal,
  attempt: (as: Credentials) => Promise<Result<T, CallRefused>>,
): Promise<Result<T, CallFailure>> {
  const loaded = await unlessAborted(credentials.get(), signal)
  if (loaded === undefined) {
    credentials.forget()
    return err(aborted)
  }
  if (loaded.isErr()) return err(loaded.error)
  const first = await attempt(loaded.value)
  if (first.isOk() || !first.error.credentials) return first.mapErr(({ failure }) => failure)
  const renewed = await unlessAborted(credentials.renew(loaded.value), signal)
  if (renewed === undefined) return err(first.error.failure)
  if (renewed.isErr()) return err(renewed.error)
  if (isDeepStrictEqual(renewed.value, loaded.value)) return err(first.error.failure)
  return (await attempt(renewed.value)).mapErr(({ failure }) => failure)
}

const aborted = refusal('aborted', 'the call was aborted before it was sent')

/** Settles as the promise does, or with undefined if the signal comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const unlisten = (): void => signal.removeEventListener('abort', stop)
    promise.finally(unlisten).then(resolve, reject)
  })
}
