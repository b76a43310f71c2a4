import { isDeepStrictEqual } from 'node:util'
import type { CallFailure } from '../contract/driver.js'
import { err, type Result } from '../result.js'
import type { CallRefused } from './answer-failure.js'

/** Something that is loaded when it is first needed, kept, and loaded again when it is refused: credentials. */
export interface CredentialCache<T> {
  get(): Promise<Result<T, CallFailure>>
  /** Loads again, as the cloud refused this; once for all who ask at the same time. */
  renew(refused: T): Promise<Result<T, CallFailure>>
  /** Gives up a load under way, so that the next who asks begins another. */
  forget(): void
}

/** Makes a renewable of what loads it, which must not reject. However many ask at once, it is loaded once. A failure is not kept. */
export function createCredentialCache<T>(load: () => Promise<Result<T, CallFailure>>): CredentialCache<T> {
  let held: Promise<Result<T, CallFailure>> | undefined

  const refresh = (): Promise<Result<T, CallFailure>> => {
    const asked = load().then((loaded) => {
      if (loaded.isErr() && held === asked) held = undefined
      return loaded
    })
    held = asked
    return asked
  }
  const get = (): Promise<Result<T, CallFailure>> => held ?? refresh()

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

/**
 * Makes a call with credentials. Where the cloud refuses those, others are asked for once, and where they differ the
 * call is made anew: it was judged, so nothing was done yet.
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

const aborted: CallFailure = {
  code: 'aborted',
  message: 'the call was aborted before it was sent',
  outcome: 'none',
  transient: false,
  scope: 'call',
}

/** The value, or undefined where the signal comes first. The promise must not reject. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(undefined)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    void promise.then((value) => {
      signal.removeEventListener('abort', stop)
      resolve(value)
    })
  })
}
