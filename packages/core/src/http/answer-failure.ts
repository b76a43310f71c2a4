import type { CallFailure, CallFailureCode } from '../contract/key-pair-driver.js'
import type { VendorError } from '../contract/error.js'
import type { HttpResponse, TransportFailure } from './types.js'

/** The parts of a vendor's request that decide the outcome after a failure. */
export interface VendorRequest {
  readonly action: string
  readonly mutating: boolean
  /** The ids of instances or key pairs that the call can be refused for. */
  readonly items?: readonly string[]
}

/** The reason why there is no answer, with a flag if other credentials may help. */
export interface CallRefused {
  readonly failure: CallFailure
  readonly credentials: boolean
}

/** The meaning of a vendor's code or an HTTP status. */
export interface VendorVerdict {
  readonly code: CallFailureCode
  /** True if the same call may succeed a little later. */
  readonly transient: boolean
  /** True if the call may have been carried out. */
  readonly outcomeUnknown: boolean
  /** True if other credentials may be what it takes. */
  readonly credentials: boolean
  /** True if some instances of the call are at fault, and the others are not. */
  readonly items: boolean
  readonly hint?: string
}

/** Returns a failure of the transport as the failure of a call. */
export function notAnswered(
  request: VendorRequest,
  { kind, sent, message, permanent = false, closed = false, hint, cause }: TransportFailure,
): CallRefused {
  return refused({
    code: kind === 'too-large' || kind === 'unreadable' ? 'invalid-response' : kind,
    message,
    outcome: sent && request.mutating ? 'unknown' : 'none',
    transient: isTransient(request, kind) && !permanent && !closed,
    scope: 'call',
    ...(closed && { closed }),
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause }),
  })
}

/** True if the request may succeed a little later. A read whose answer is too large has as large a one again. */
function isTransient({ mutating }: VendorRequest, kind: TransportFailure['kind']): boolean {
  return kind === 'network' || kind === 'unreadable' || (kind === 'too-large' && mutating)
}

/** Returns the failure of a malformed answer, as from a gateway that fails with 200. A retry may succeed. */
export function malformedAnswer(request: VendorRequest, vendor: VendorError, what: string): CallRefused {
  return refused({
    code: 'invalid-response',
    message: `the answer to ${request.action} ${what}`,
    outcome: undecided(request),
    transient: true,
    scope: 'call',
    vendor,
  })
}

/**
 * Returns the failure of a redirect, which would send the signature and the token elsewhere. Undefined for another
 * status.
 */
export function redirected(
  request: VendorRequest,
  { status }: HttpResponse,
  vendor: VendorError,
): CallRefused | undefined {
  if (status < 300 || status >= 400) return undefined
  return refused({
    code: 'invalid-response',
    message: `${request.action} was answered with a redirect (HTTP ${status}), which is not followed`,
    outcome: 'none',
    transient: false,
    scope: 'call',
    vendor,
    hint: 'Check the endpoint.',
  })
}

/** Returns the failure of an error of the vendor, by its meaning. */
export function vendorRefused(
  request: VendorRequest,
  { status }: HttpResponse,
  vendor: VendorError,
  { outcomeUnknown, credentials, items, ...judgement }: VendorVerdict,
  retryAfterMs: number | undefined,
): CallRefused {
  const message = sentence(vendor.message ?? '') || `${request.action} was answered with ${statusText(status)}`
  // A failure of the cloud (5xx) may come after the change, whatever the code.
  const judged = !outcomeUnknown && status < 500
  const culprits = judged && !judgement.transient ? culpritsIn(message, request) : []
  const ofItems = culprits.length > 0 || (judged && items && request.items !== undefined)
  return {
    credentials: judged && credentials,
    failure: {
      ...judgement,
      outcome: judged ? 'none' : undecided(request),
      transient: judgement.transient || status >= 500,
      message,
      scope: ofItems ? 'items' : 'call',
      ...(culprits.length > 0 && { culprits }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      vendor,
    },
  }
}

function refused(failure: CallFailure): CallRefused {
  return { failure, credentials: false }
}

/** Returns the outcome without a definite answer: `none` for a read, `unknown` for a change. */
function undecided({ mutating }: VendorRequest): 'none' | 'unknown' {
  return mutating ? 'unknown' : 'none'
}

function statusText(status: number): string {
  return status < 400 ? `an error that says nothing, under HTTP ${status}` : `HTTP ${status}`
}

/** Returns the items that a refusal names. */
function culpritsIn(message: string, { items = [] }: VendorRequest): readonly string[] {
  const words = new Set(message.split(/[^A-Za-z0-9_-]+/))
  return items.filter((id) => words.has(id))
}

/** Returns a text of the vendor for a message: in one line and without its full stop. */
export function sentence(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trimStart()
  // Not by a regular expression: one that looks for the end of a run takes the square of its length.
  let end = line.length
  while (' .。'.includes(line[end - 1] ?? '-')) end -= 1
  return line.slice(0, end)
}
