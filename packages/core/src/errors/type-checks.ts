import type { NameCapabilities } from '../contract/capabilities.js'
import { readField } from '../foreign-values.js'
import { quote } from './failures.js'

/** Throws for a programmer's mistake; nothing that the world does comes here. */
export function mustBe(condition: boolean, what: string): asserts condition {
  if (!condition) throw new TypeError(what)
}

export function mustBeText(value: unknown, what: string): asserts value is string {
  mustBe(typeof value === 'string', `${what} must be a string`)
}

export function mustBeList(value: unknown, what: string): void {
  mustBe(Array.isArray(value), what)
}

/** Returns the reason that a text cannot be the name of a key pair on this cloud, or undefined if it may be one. */
export function nameProblem(name: string, { allows, maxLength }: NameCapabilities): string | undefined {
  const problem = textProblem(name, maxLength)
  if (problem !== undefined || allows === 'any') return problem
  const other = [...name].find((character) => !allows.some((one) => isOf(one, character)))
  if (other !== undefined) return `it holds ${quote(other)}, and this cloud takes only ${allows.join(' ')}`
  return name.trim() === name ? undefined : 'it begins or ends with a blank'
}

/** True if a character is the one of an entry of `name.allows`, or in its range. */
function isOf(entry: string, character: string): boolean {
  const [first = '', dash, last] = [...entry]
  return dash === '-' && last !== undefined ? first <= character && character <= last : first === character
}

/** Returns the reason that a text cannot be a name or id on any cloud, or undefined if it may be one. */
export function textProblem(name: string, maxLength: number): string | undefined {
  if (name.length <= maxLength && plainName.test(name)) return undefined
  if (name === '') return 'it is empty'
  if (!name.isWellFormed()) return 'it is not well-formed Unicode'
  if (/\p{Cc}/u.test(name)) return 'it holds a control character'
  const length = [...name].length
  if (length > maxLength) return `it has ${length} characters, and this cloud takes ${maxLength}`
  return name.includes('*') ? 'it holds a "*", which is a wildcard on some clouds' : undefined
}

/** Printable ASCII without the asterisk: nearly every name, told at once. */
const plainName = /^[ -)+-~]+$/

export function mustBeSignal(signal: AbortSignal | undefined): void {
  mustBe(signal === undefined || isAbortSignal(signal), 'signal must be an AbortSignal')
}

/** True if the value is a signal of any realm: jsdom and other environments have their own class. */
function isAbortSignal(signal: unknown): boolean {
  return (
    typeof readField(signal, 'aborted') === 'boolean' &&
    typeof readField(signal, 'addEventListener') === 'function' &&
    typeof readField(signal, 'removeEventListener') === 'function'
  )
}

/** Throws a `TypeError` for anything but a function. Undefined, for an option that is not given, is taken. */
export function mustBeFunction(value: unknown, what: string): void {
  mustBe(value === undefined || typeof value === 'function', `${what} must be a function`)
}

/** Throws a `TypeError` for an option that is not among the names. */
export function mustBeKnown(taker: string, names: object, options: object): void {
  const known = Object.keys(names)
  for (const name of Object.keys(options)) {
    mustBe(known.includes(name), `${taker} has no option ${JSON.stringify(name)}. It has: ${known.join(', ')}`)
  }
}

export function mustBeFlag(value: unknown, what: string): void {
  mustBe(value === undefined || typeof value === 'boolean', `${what} must be true or false`)
}

export function mustBeDuration(ms: number | undefined, what: string): void {
  mustBe(ms === undefined || (typeof ms === 'number' && ms > 0), `${what} must be a number of milliseconds above 0`)
}
