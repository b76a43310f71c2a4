// Thrown values are read field by field, never by class: jest and other users of `node:vm` have their own error classes,
// and two copies of a package may meet in one program.

/** Returns a field of an object. Undefined for anything else, and for a field that throws when it is read. */
export function readField(value: unknown, field: string): unknown {
  try {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined
    return found
  } catch {
    return undefined
  }
}

/** Throws a `TypeError` for anything but an object. */
export function mustBeObject(value: unknown, what: string): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what} must be an object`)
}

/**
 * Throws a `TypeError` for a value that lacks one of the methods. A class instance or a proxy that has them is taken, and
 * so is undefined, for an option that is not given.
 */
export function mustHaveMethods(value: unknown, what: string, ...names: readonly string[]): void {
  if (value === undefined || names.every((name) => typeof readField(value, name) === 'function')) return
  throw new TypeError(`${what} must be an object with the method${names.length > 1 ? 's' : ''} ${names.join(' and ')}`)
}

/** Returns a field of what was thrown, if it is a text. Takes anything, also what throws when it is looked at. */
export function thrownField(thrown: unknown, field: string): string | undefined {
  const text = readField(thrown, field)
  return typeof text === 'string' ? text : undefined
}

/** Returns the message of what was thrown, or the text of what has no message. */
export function thrownMessage(thrown: unknown): string {
  try {
    return thrownField(thrown, 'message') ?? String(thrown)
  } catch {
    return 'unknown reason'
  }
}

// Characters that command a terminal, break a line, or turn the direction of what follows.
const control = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const controls = new RegExp(`${control.source}+`, 'gu')

/** Returns a text with one space in place of control characters, and of those that turn the direction of a line. */
export function withoutControls(text: string): string {
  return text.replaceAll(controls, ' ')
}

/** Returns a text with control characters, and those that turn the direction of a line, as escapes: `\u202e`. */
export function escapeControls(text: string): string {
  return text.replaceAll(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Returns what an error is called: its code, else its name, else `Error`. Never its message, which may quote a secret.
 * Takes anything that can be thrown, also what throws when it is looked at.
 */
export function errorKind(error: unknown): string {
  const code = thrownField(error, 'code')
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code
  const name = thrownField(error, 'name')
  return name !== undefined && /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error'
}

/** Parses a JSON text; `undefined` if the text is not JSON. The parser's message is dropped, as it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns a date text as milliseconds since the epoch; `undefined` if it is none. */
export function timeOf(date: string | null | undefined): number | undefined {
  const ms = date ? Date.parse(date) : NaN
  return Number.isNaN(ms) ? undefined : ms
}
