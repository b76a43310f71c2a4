import { thrownField, thrownMessage } from '../thrown.js'
import { scrub } from './redact.js'

/** Returns the text of a thrown value as it may be shown: bounded, without private keys and the given secrets. */
export function shownText(thrown: unknown, secrets: readonly string[] = []): string {
  return scrub(thrownMessage(thrown), secrets)
}

/** Makes an error of a thrown value that may be shown. Never throws. */
export function shownError(thrown: unknown, secrets: readonly string[] = []): Error {
  const error = new Error(shownText(thrown, secrets))
  const name = thrownField(thrown, 'name')
  if (name !== undefined && /^\w{1,60}$/.test(name)) error.name = name
  return error
}
