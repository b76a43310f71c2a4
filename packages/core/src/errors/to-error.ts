import { isNativeError } from 'node:util/types'
import {
  type AnyBatch,
  isKeyPairError,
  keyPairError,
  type KeyPairError,
  type Outcome,
  plainError,
  reasonOf,
  type Retry,
  type VendorError,
} from '../contract/error.js'
import { escapeControls } from '../foreign-values.js'
import type { Failure, FailureDetails, Subject } from './failures.js'

/** Returns the subject of an operation for one of its instances. */
export function onInstance(subject: Subject, id: string): Subject {
  return { ...subject, about: `${subject.about} on ${id}`, isItem: true }
}

/** Returns the message of an error: who failed at what, and why. The hint, which says what to do, is apart. */
export function errorMessage(subject: Subject, why: string, code: string, vendor?: VendorError): string {
  const reason = vendor?.code === undefined || vendor.code === code ? code : `${code}, ${vendor.code}`
  const about = subject.about === '' ? '' : ` ${subject.about}`
  const request = vendor?.requestId === undefined ? '' : ` Request ${vendor.requestId}.`
  return escapeControls(`${subject.provider}: ${subject.operation}${about} failed: ${why} (${reason}).${request}`)
}

/** Returns the advice on making the call again, after an error that left nothing changed. */
function retryAdvice({ code, transient }: Failure): Retry {
  switch (code) {
    case 'network':
      // An unknown host, a certificate, a proxy: a retry does not help.
      return transient ? 'safe' : 'never'
    case 'throttled':
    case 'busy':
    case 'unavailable':
    case 'timeout':
    case 'aborted':
    case 'invalid-response':
      return 'safe'
    case 'instance-state':
    case 'in-use':
    case 'conflict':
    case 'storage':
      return 'after-check'
    default:
      return 'never'
  }
}

/** The parts of an error that differ from those of its failure. */
interface ErrorDetails extends FailureDetails {
  readonly outcome: Outcome
  readonly hint?: string | undefined
}

/** Returns the error of an operation: as it is, or made of its failure. */
export function operationError<B extends AnyBatch = never>(
  subject: Subject,
  error: Failure | KeyPairError<B>,
): KeyPairError<B> {
  return isKeyPairError(error) ? error : errorOf(subject, error, { outcome: error.outcome ?? 'none' })
}

/** Makes the error of one item of an operation. */
export function toError(subject: Subject, failure: Failure, known: ErrorDetails): KeyPairError<never> {
  return subject.isItem ? withoutStack(() => errorOf(subject, failure, known)) : errorOf(subject, failure, known)
}

function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return make()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}

function errorOf(subject: Subject, failure: Failure, known: ErrorDetails): KeyPairError<never> {
  const advice = known.hint ?? failure.hint
  const hint = advice && escapeControls(advice)
  const { message, vendor, retryAfterMs, cause } = failure
  const init = {
    message: errorMessage(subject, message, failure.code, vendor),
    reason: message,
    outcome: known.outcome,
    retry: known.outcome === 'none' ? retryAdvice(failure) : ('after-check' as const),
    provider: subject.provider,
    operation: subject.operation,
    vendor,
    retryAfterMs,
    hint,
    cause,
  }
  const details = { ...failure.details, ...known }
  switch (failure.code) {
    case 'instance-state': {
      const { power, allowed = [] } = details
      return keyPairError({ ...init, code: failure.code, details: { ...(power && { power }), allowed } })
    }
    case 'in-use': {
      const { instanceIds = [], more = true } = details
      return keyPairError({ ...init, code: failure.code, details: { instanceIds, more } })
    }
    case 'conflict': {
      const { expected, actual } = details
      return keyPairError({
        ...init,
        code: failure.code,
        details: { ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) },
      })
    }
    case 'storage': {
      const { path } = details
      return keyPairError({ ...init, code: failure.code, details: path === undefined ? {} : { path } })
    }
    default:
      return keyPairError({ ...init, code: failure.code, details: {} })
  }
}

/** Makes the error of one item of many. */
export type MakeItemError = (id: string, failure: Failure, known: ErrorDetails) => KeyPairError<never>

interface SharedError {
  readonly failure: Failure
  readonly known: ErrorDetails
  readonly error: KeyPairError<never>
}

/**
 * Makes the errors of an operation's items. Items that its end cut off alike share one error: there may be any number of
 * them, and an operation that was aborted has 50 ms.
 */
export function itemErrorsOf(subject: Subject): MakeItemError {
  let last: SharedError | undefined
  return (id, failure, known) => {
    if (!isCutOff(failure)) return toError(onInstance(subject, id), failure, known)
    if (last?.failure === failure && last.known.outcome === known.outcome && last.known.hint === known.hint) {
      return last.error
    }
    last = { failure, known, error: toError({ ...subject, isItem: true }, failure, known) }
    return last.error
  }
}

/** True if the operation's own end is the whole reason. */
export function isCutOff({ code, vendor, cause }: Failure): boolean {
  return (code === 'aborted' || code === 'timeout') && vendor === undefined && cause === undefined
}

/** Returns the error of an operation of which an earlier step changed something: `partial`, with what it left. */
export function asPartial<B extends AnyBatch>(
  subject: Subject,
  given: Failure | KeyPairError<B>,
  left: string,
): KeyPairError<B> {
  const error = operationError(subject, given)
  if (error.outcome !== 'none') return error
  const { message, provider, operation, vendor, retryAfterMs, cause } = error
  const known = {
    message,
    reason: reasonOf(error),
    provider,
    operation,
    vendor,
    retryAfterMs,
    cause: isNativeError(cause) ? cause : undefined,
    outcome: 'partial',
    retry: 'after-check',
    hint: error.hint === undefined ? left : `${error.hint} ${left}`,
  } as const
  if (error.code === 'incomplete') return keyPairError({ ...known, code: error.code, details: error.details })
  const changed: unknown = keyPairError({ ...known, code: error.code, details: error.details })
  return isKeyPairError(changed) ? plainError(changed) : error
}
