import type { VendorError } from '@cloud-keypair/core'
import type { CallFailure, CallFailureCode, ItemFailure, ItemVerdict } from '@cloud-keypair/core/driver'
import type { Refusal, Trouble, Verdict } from './cloud/answer.js'

interface Row {
  readonly code: CallFailureCode
  /** True if the same call may succeed a little later. */
  readonly transient?: true
  /** True if the work may have been done all the same. */
  readonly outcomeUnknown?: true
}

/** The cloud's codes. An adapter cites the vendor's sentence with each row. */
const rows: Readonly<Record<string, Row>> = {
  TooManyRequests: { code: 'throttled', transient: true },
  NoPermission: { code: 'permission-denied' },
  InternalError: { code: 'unavailable', transient: true, outcomeUnknown: true },
  InvalidRequest: { code: 'invalid-argument' },
  TokenMismatch: { code: 'invalid-argument' },
  TokenInProgress: { code: 'busy', transient: true, outcomeUnknown: true },
  KeyPairNotFound: { code: 'not-found' },
  KeyPairExists: { code: 'already-exists' },
  PublicKeyExists: { code: 'already-exists' },
  KeyPairLimit: { code: 'quota-exceeded' },
  KeyPairAmbiguous: { code: 'conflict' },
  KeyPairInUse: { code: 'in-use' },
  KeyPairNotBound: { code: 'conflict' },
  KeyPairBound: { code: 'conflict' },
  OperationInProgress: { code: 'busy', transient: true },
  NoStock: { code: 'capacity' },
  InstanceNotFound: { code: 'not-found' },
  InstanceState: { code: 'instance-state' },
  InstanceUnsupported: { code: 'instance-unsupported' },
}

const unlisted: Row = { code: 'unknown' }

function rowOf({ code }: Refusal): Row {
  return rows[code] ?? unlisted
}

/** Maps a call without a usable answer to core's failure. A call that only reads leaves nothing unknown. */
export function failureOf(trouble: Trouble, mutating: boolean): CallFailure {
  const doubtful = mutating ? 'unknown' : 'none'
  switch (trouble.kind) {
    case 'refused': {
      const { culprits, retryAfterMs, ...refusal } = trouble.refusal
      const { code, transient = false, outcomeUnknown = false } = rowOf(refusal)
      return {
        code,
        message: messageOf(refusal),
        outcome: outcomeUnknown ? doubtful : 'none',
        transient,
        scope: culprits === undefined ? 'call' : 'items',
        ...(culprits !== undefined && { culprits }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        vendor: vendorOf(refusal, trouble.requestId),
      }
    }
    case 'garbled':
      return {
        code: 'invalid-response',
        message: 'the answer cannot be understood',
        outcome: doubtful,
        transient: true,
        scope: 'call',
      }
    case 'lost':
      return {
        code: 'network',
        message: 'the connection was lost before an answer',
        outcome: doubtful,
        transient: true,
        scope: 'call',
      }
    case 'aborted':
      return {
        code: 'aborted',
        message: 'the call was ended before an answer',
        outcome: trouble.sent ? doubtful : 'none',
        transient: false,
        scope: 'call',
      }
  }
}

/** Maps a verdict on one item. */
export function verdictOf({ id, refusal, task }: Verdict): ItemVerdict {
  if (refusal !== undefined) return { id, ok: false, failure: failureOfItem(refusal) }
  return { id, ok: true, ...(task !== undefined && { task }) }
}

/** Maps the refusal of one item, or of the work on it. */
export function failureOfItem(refusal: Refusal): ItemFailure {
  const { code, transient = false, outcomeUnknown = false } = rowOf(refusal)
  const outcome = outcomeUnknown ? 'unknown' : 'none'
  return { code, message: messageOf(refusal), transient, outcome, vendor: vendorOf(refusal) }
}

/** Returns the cloud's sentence in the form that core puts into its own message. */
function messageOf({ message }: Refusal): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, '')}`
}

function vendorOf({ code, message }: Refusal, requestId?: string): VendorError {
  return { code, message, ...(requestId !== undefined && { requestId }) }
}
