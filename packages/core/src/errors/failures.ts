import type { Outcome, VendorError } from '../contract/error.js'
import type { CallFailure, CallFailureCode, ItemFailure } from '../contract/key-pair-driver.js'
import type { PowerState } from '../contract/key-pair.js'
import { escapeControls, thrownField } from '../foreign-values.js'

/** The provider and operation that every message begins with. */
export interface Subject {
  readonly provider: string
  readonly operation: string
  /** The subject of the operation as messages show it: `"deploy"`. */
  readonly about: string
  /** True for one item of many: its error has no stack, which takes longer to capture than all the rest of an item. */
  readonly isItem?: true
}

/** The reason that something failed: a vendor call, an item of one, a check of this library, or storage of the caller. */
export interface Failure {
  readonly code: CallFailureCode | 'storage'
  readonly message: string
  readonly transient: boolean
  /** Default: `none`. */
  readonly outcome?: Outcome
  readonly vendor?: VendorError
  readonly retryAfterMs?: number
  readonly hint?: string | undefined
  /** True if the driver is closed. */
  readonly closed?: boolean
  readonly cause?: Error | undefined
  readonly details?: FailureDetails
}

/** The details of an error, as far as they are known; which of them it has depends on its code. */
export interface FailureDetails {
  readonly power?: PowerState | undefined
  readonly allowed?: readonly PowerState[]
  readonly expected?: string | undefined
  readonly actual?: string | undefined
  readonly instanceIds?: readonly string[]
  readonly more?: boolean
  readonly path?: string | undefined
}

/** The failure of an item without a recorded outcome, which only an error in this library causes. */
export const noOutcome: ItemFailure = {
  code: 'unknown',
  message: 'internal error: no outcome was recorded',
  transient: false,
}

const maxQuoteLength = 80

/** Returns a text from outside for a message: quoted, escaped, cut. */
export function quote(text: string): string {
  const characters = [...text]
  const shown = characters.length > maxQuoteLength ? `${characters.slice(0, maxQuoteLength).join('')}…` : text
  return escapeControls(JSON.stringify(shown))
}

/** The reason that no new work may start. */
export type EndReason = 'aborted' | 'timeout' | 'closed' | 'not-allowed'

export function internalError(thrown: unknown): CallFailure {
  const name = thrownField(thrown, 'name') ?? typeof thrown
  return {
    code: 'unknown',
    message: `internal error: this library or its adapter threw ${name}`,
    outcome: 'unknown',
    transient: false,
    scope: 'call',
  }
}

/** Returns the failure of work that was not done, or not finished, because the operation ended. */
export function endedFailure(stop: EndReason, outcome: 'none' | 'unknown'): CallFailure {
  const code = stop === 'timeout' ? 'timeout' : 'aborted'
  const hint = stop === 'not-allowed' ? { hint: notAllowedHint } : {}
  return { code, message: endMessages[stop], outcome, transient: false, scope: 'call', ...hint }
}

const endMessages: Readonly<Record<EndReason, string>> = {
  aborted: 'the signal was aborted',
  timeout: 'the deadline passed',
  closed: 'the service was closed',
  'not-allowed': 'mayCall refused a change',
}

const notAllowedHint = 'Resume from the latest checkpoint, by whoever may change the instances now.'

export function attemptTimeout(outcome: 'none' | 'unknown'): CallFailure {
  return { code: 'timeout', message: 'the cloud did not answer in time', outcome, transient: true, scope: 'call' }
}

export function invalidName(name: string, problem: string): CallFailure {
  return refusal(
    'invalid-argument',
    `${quote(name)} cannot be the name of a key pair: ${problem}`,
    'Choose another name.',
  )
}

/**
 * Makes the failure of a call that is refused here: nothing was sent, nothing was changed, and the same call is refused
 * again.
 */
export function refusal(code: CallFailure['code'], message: string, hint?: string): CallFailure {
  return { code, message, outcome: 'none', transient: false, scope: 'call', ...(hint !== undefined && { hint }) }
}
