import { inspect, type InspectOptions } from 'node:util'
import type { Batch, DeleteItem, InstanceBatch } from './batch.js'
import { inspectError, type ShownError } from './inspect-error.js'
import type { PowerState } from './key-pair.js'

/** The known state of the cloud after an error. */
export type Outcome =
  /** Nothing was changed. */
  | 'none'
  /** Something was changed, and the error says what. */
  | 'partial'
  /** A change was sent and never definitely answered: it may have happened, or may still happen. */
  | 'unknown'

/** Advice on making the same call again. */
export type Retry =
  /** As it is, at any time. */
  | 'safe'
  /** After a look at what the cloud has: the first call may have taken effect. */
  | 'after-check'
  /** Not without a change to the call, the account or the instance. */
  | 'never'

/** The vendor's own error. Secrets are taken out of its texts, and control characters are spaces. */
export interface VendorError {
  readonly code?: string
  readonly message?: string
  readonly httpStatus?: number
  readonly requestId?: string
}

/** Each error code, with what `details` holds for it. */
export interface KeyPairErrorDetails {
  /** The call itself is wrong: a name, a public key, an option. Nothing was sent, or the cloud refused it as malformed. */
  readonly 'invalid-argument': NoDetails
  /** No credentials, or ones that the cloud does not accept. */
  readonly unauthenticated: NoDetails
  /** The credentials are good, and lack the permission. */
  readonly 'permission-denied': NoDetails
  /** The key pair or the instance does not exist. */
  readonly 'not-found': NoDetails
  /** A key pair of that name exists. */
  readonly 'already-exists': NoDetails
  /** The cloud has something other than the call expects, such as another key. */
  readonly conflict: ConflictDetails
  /** The key pair is bound to instances. */
  readonly 'in-use': InUseDetails
  /**
   * Not every item succeeded. If `outcome` is `none`, no key pair was changed: a read ruled the failed items out, or the cloud
   * refused them. An instance that needed no change may have been restarted.
   */
  readonly incomplete: IncompleteDetails
  /** The instance is in a state in which the cloud does not take the call. */
  readonly 'instance-state': InstanceStateDetails
  /** The instance cannot have key pairs at all: Windows, or without the vendor's agent. */
  readonly 'instance-unsupported': NoDetails
  /** The account has reached its limit. */
  readonly 'quota-exceeded': NoDetails
  /** The cloud lacks the stock to start an instance. */
  readonly capacity: NoDetails
  /** The account's balance or billing does not allow the call. */
  readonly billing: NoDetails
  /** Too many requests. */
  readonly throttled: NoDetails
  /** The cloud is still working on an earlier request. */
  readonly busy: NoDetails
  /** This cloud cannot do it; nothing was changed, unless `outcome` says so. */
  readonly unsupported: NoDetails
  /** The cloud failed on its side. */
  readonly unavailable: NoDetails
  /** The request or its answer was lost on the way. */
  readonly network: NoDetails
  /** The deadline passed. */
  readonly timeout: NoDetails
  /** The caller's `signal` was aborted, its `check` rejected an instance, or too many instances were down to continue. */
  readonly aborted: NoDetails
  /** The private key or a checkpoint could not be saved or read. */
  readonly storage: StorageDetails
  /** The cloud's answer could not be understood. */
  readonly 'invalid-response': NoDetails
  /** A refusal with an unknown code; `vendor` has the vendor's own error. */
  readonly unknown: NoDetails
}

export type NoDetails = Readonly<Record<never, never>>

export interface ConflictDetails {
  readonly expected?: string
  readonly actual?: string
}

export interface InUseDetails {
  /** Instances that have the key pair bound, 100 at most; none if the cloud refused, and its instances could not be read. */
  readonly instanceIds: readonly string[]
  /** True if there are more than those, or none is named. */
  readonly more: boolean
}

export interface IncompleteDetails {
  readonly batch: AnyBatch
}

/** The batch of any operation on many. */
export type AnyBatch = InstanceBatch | Batch<DeleteItem>

export interface InstanceStateDetails {
  /** The state that was read, if one was. */
  readonly power?: PowerState
  /** The states in which the cloud accepts the call. */
  readonly allowed: readonly PowerState[]
}

export interface StorageDetails {
  /** The path of the file, if there is one. */
  readonly path?: string
}

/** The reason that an operation, or one item of a batch, failed. A new code is a major version of this package. */
export type KeyPairErrorCode = keyof KeyPairErrorDetails

/** An error of one code; see {@link KeyPairError} for the union that `switch (error.code)` narrows. */
export type KeyPairErrorOf<
  C extends KeyPairErrorCode,
  Details extends KeyPairErrorDetails[C] = KeyPairErrorDetails[C],
> = KeyPairFailure<C, Details>

/**
 * The error of every operation. It is a value in a `Result`, and an `Error` with a stack.
 * `switch (error.code)` is exhaustive and narrows `details`. Act on `code`, `outcome` and `retry`;
 * messages are for people and may change in any version.
 *
 * `B` is the batch of an operation on many, which its `incomplete` holds.
 */
export type KeyPairError<B extends AnyBatch = AnyBatch> =
  | { readonly [C in Exclude<KeyPairErrorCode, 'incomplete'>]: KeyPairFailure<C> }[Exclude<
      KeyPairErrorCode,
      'incomplete'
    >]
  | KeyPairFailure<'incomplete', { readonly batch: B }>

/** The codes whose `details` are empty. */
export type PlainErrorCode = Exclude<
  KeyPairErrorCode,
  'conflict' | 'in-use' | 'incomplete' | 'instance-state' | 'storage'
>

export interface KeyPairErrorInit<
  C extends KeyPairErrorCode,
  Details extends KeyPairErrorDetails[C] = KeyPairErrorDetails[C],
> {
  readonly code: C
  readonly message: string
  readonly outcome: Outcome
  readonly retry: Retry
  readonly provider: string
  readonly operation: string
  readonly details: Details
  readonly vendor?: VendorError | undefined
  readonly retryAfterMs?: number | undefined
  readonly hint?: string | undefined
  readonly cause?: Error | undefined
  /** The reason alone, without who failed at what. The error of a batch says it if all its items failed alike. */
  readonly reason?: string | undefined
}

/** Shows the error as `console.log` and `util.inspect` do: with the items that did not succeed, if it is of a batch. */
function inspectThis(this: ShownError, depth: number, options: InspectOptions): string {
  return inspectError(this, depth, options)
}

const brand = Symbol.for('cloud-keypair.error')

class KeyPairFailure<C extends KeyPairErrorCode, Details = KeyPairErrorDetails[C]> extends Error {
  readonly code: C
  readonly outcome: Outcome
  readonly retry: Retry
  readonly provider: string
  readonly operation: string
  readonly details: Details
  /** The vendor's own error, if there is one. */
  declare readonly vendor?: VendorError
  /** The time that the cloud asked to wait, in milliseconds. */
  declare readonly retryAfterMs?: number
  /** The remedy. */
  declare readonly hint?: string
  readonly #reason: string

  constructor(init: Omit<KeyPairErrorInit<C>, 'details'> & { readonly details: Details }) {
    super(init.message, init.cause === undefined ? {} : { cause: init.cause })
    Object.defineProperty(this, brand, { value: true })
    this.name = 'KeyPairError'
    this.code = init.code
    this.outcome = init.outcome
    this.retry = init.retry
    this.provider = init.provider
    this.operation = init.operation
    this.details = init.details
    this.#reason = init.reason ?? init.message
    if (init.vendor !== undefined) this.vendor = init.vendor
    if (init.retryAfterMs !== undefined) this.retryAfterMs = init.retryAfterMs
    if (init.hint !== undefined) this.hint = init.hint
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { name, code, message, outcome, retry, provider, operation, details, vendor, retryAfterMs, hint } = this
    return { name, code, message, outcome, retry, provider, operation, details, vendor, retryAfterMs, hint }
  }

  /** Returns the reason of an error alone; its message if another copy of this package made it. */
  static reasonOf(error: Error): string {
    return #reason in error ? error.#reason : error.message
  }
}

Object.defineProperty(KeyPairFailure.prototype, inspect.custom, { value: inspectThis })

/** Returns the reason of an error, without who failed at what. */
export function reasonOf(error: KeyPairError): string {
  return KeyPairFailure.reasonOf(error)
}

/** Makes an error of one code. For adapters and test doubles; applications only read errors. */
export function keyPairError<
  C extends KeyPairErrorCode,
  Details extends KeyPairErrorDetails[C] = KeyPairErrorDetails[C],
>(init: KeyPairErrorInit<C, Details>): KeyPairErrorOf<C, Details> {
  return new KeyPairFailure(init)
}

/**
 * True if a value is a {@link KeyPairError}, made by this copy of the package or by another:
 * two copies meet in one program, so `instanceof` is not to be relied on.
 */
export function isKeyPairError(value: unknown): value is KeyPairError {
  return typeof value === 'object' && value !== null && brand in value
}

/** Narrows an error that cannot be `incomplete` to the type without a batch. */
export function plainError(error: KeyPairError): KeyPairError<never> {
  if (error.code === 'incomplete') throw new Error('The error of one thing is not incomplete')
  return error
}
