import type { Fault } from '@cloud-keypair/core/testing'
import type { BodyDamage, Fault as SimulatorFault, FaultKind } from '@cloud-keypair/simulator'

type Refusal = Omit<Extract<FaultKind, { readonly kind: 'refuse' }>, 'kind'>
type ItemFault = Extract<Fault, { readonly kind: 'items' }>['as']

/** The forms in which a cloud's answers show the faults of the suite. A cloud does not have a fault without a form. */
export interface FaultForms {
  readonly denied: Refusal
  /** The refusal of credentials whose session has ended. */
  readonly expired?: Refusal
  readonly 'no-stock'?: Refusal
  readonly full?: Refusal
  readonly busy?: Refusal
  /** The refusal of a call that the cloud did not carry out because it failed. */
  readonly failed: Refusal
  /** The same of calls in which the cloud says so otherwise. */
  readonly failedCalls?: Partial<Readonly<Record<Fault['on'], Refusal>>>
  /** The damage to the answer to a call that the cloud carried out and calls failed. Default: `empty-503`. */
  readonly failedAnswer?: BodyDamage
  readonly items?: Readonly<Record<ItemFault, { readonly code: string; readonly message?: string }>>
  /** True if answers have a verdict on each item. Default: false. */
  readonly verdicts?: boolean
  /** True if records tell that accepted work failed. Default: false. */
  readonly tellsLateFailures?: boolean
}

/** Returns a fault of the suite in the terms of a simulator. Throws a `TypeError` for a fault that the cloud does not have. */
export function simulatorFault(fault: Fault, action: string, forms: FaultForms): SimulatorFault {
  return { action, skip: fault.skip, times: fault.times, ...kindOf(fault, forms) }
}

const damages = { html: 'html-200', truncated: 'truncate', empty: 'empty-503', array: 'array', huge: 'huge' } as const
const contradictions = { refused: 'refused-and-accepted', accepted: 'accepted-and-refused' } as const
const verdictDamages = { omits: 'drop-details', foreign: 'foreign-details', repeats: 'extra-details' } as const

function kindOf(
  fault: Fault,
  {
    failedAnswer = 'empty-503',
    verdicts = false,
    tellsLateFailures = false,
    items,
    failedCalls = {},
    ...refusals
  }: FaultForms,
): FaultKind {
  switch (fault.kind) {
    case 'throttled':
      return { kind: 'throttle', retryAfterMs: fault.retryAfterMs }
    case 'denied':
      return { kind: 'refuse', ...refusals.denied, ...quoting(fault) }
    case 'echo':
      return { kind: 'echo', ...(fault.by === 'cloud' ? echoed(refusals.denied) : { status: 502 }) }
    case 'expired':
    case 'no-stock':
    case 'full':
    case 'busy': {
      const refusal = refusals[fault.kind]
      return refusal === undefined ? missing(fault) : { kind: 'refuse', ...refusal }
    }
    case 'server-error':
      return fault.commit
        ? { kind: 'body', transform: failedAnswer, commit: true }
        : { kind: 'refuse', ...(failedCalls[fault.on] ?? refusals.failed) }
    case 'reset':
      return { kind: 'reset', commit: fault.commit }
    case 'silence':
      return { kind: 'hang', commit: fault.commit }
    case 'late':
      return { kind: 'late', afterMs: fault.afterMs }
    case 'slow':
      return { kind: 'slow', ms: fault.overMs }
    case 'items':
      return items === undefined
        ? missing(fault)
        : { kind: 'item', ids: fault.ids, ...items[fault.as], ...quoting(fault) }
    case 'omits':
    case 'foreign':
    case 'repeats':
      return verdicts ? { kind: 'body', transform: verdictDamages[fault.kind] } : missing(fault)
    case 'contradicts':
      return verdicts ? { kind: 'body', transform: contradictions[fault.first] } : missing(fault)
    case 'fails-late':
      return tellsLateFailures ? { kind: 'fail-late' } : missing(fault)
    case 'short':
      return { kind: 'short-page', items: fault.items }
    case 'garbled':
      return { kind: 'body', transform: damages[fault.how], commit: fault.commit }
  }
}

function quoting({ message }: { readonly message?: string }): { readonly message?: string } {
  return message === undefined ? {} : { message }
}

function echoed({ status, code }: Refusal): Pick<Refusal, 'status' | 'code'> {
  return { status, code }
}

function missing({ kind }: Fault): never {
  throw new TypeError(`This cloud has no ${kind}`)
}
