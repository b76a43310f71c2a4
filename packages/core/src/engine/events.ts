import { tracingChannel, type TracingChannel } from 'node:diagnostics_channel'
import type { AnyBatch, KeyPairError, Outcome } from '../contract/error.js'
import type { CallFailureCode } from '../contract/key-pair-driver.js'
import type { Subject } from '../errors/failures.js'
import { mustBe } from '../errors/type-checks.js'
import type { Clock } from '../scheduling/clock.js'
import type { Result } from '../result.js'
import { callListener } from './listeners.js'

/**
 * One vendor call, as a subscriber of the tracing channel `cloud-keypair:call` sees it: published at
 * `start`, and again, completed, at `asyncEnd`. It holds no secret.
 */
export interface CallEvent {
  readonly provider: string
  /** The operation that the call is part of: `attach`. */
  readonly operation: string
  /** The name of the call: `attach`, `read-instances`, `delete`. */
  readonly call: string
  readonly mutating: boolean
  /** 1 for the first send, counted on for repeats of the same request. */
  readonly attempt: number
  /** Items in the call, for calls that take several. */
  readonly items?: number
  /** The vendor's name of the action. */
  action?: string
  httpStatus?: number
  requestId?: string
  /** From the start to the answer; absent at `start`. */
  durationMs?: number
  /** The failure of the call; absent at `start` and if the call succeeded. */
  failure?: { readonly code: CallFailureCode; readonly outcome: 'none' | 'unknown'; readonly vendorCode?: string }
}

/** The tracing channel of vendor calls: `diagnostics_channel.tracingChannel('cloud-keypair:call')`. */
export const callChannel: TracingChannel<unknown, CallEvent> = tracingChannel('cloud-keypair:call')

/**
 * Calls the listener after each vendor call of every service in this process, until the function that is returned is
 * called. An error that the listener throws becomes a warning of the process. Throws a `TypeError` for anything but a function.
 */
export function onCall(listener: (event: CallEvent) => void): () => void {
  mustBe(typeof listener === 'function', 'The listener of onCall must be a function')
  const ignore = (): void => {}
  const subscriber = {
    start: ignore,
    end: ignore,
    asyncStart: ignore,
    asyncEnd: (event: CallEvent) => callListener('onCall', () => listener(event)),
    error: ignore,
  }
  callChannel.subscribe(subscriber)
  return () => {
    callChannel.unsubscribe(subscriber)
  }
}

/**
 * One operation, or one page of a list, on the tracing channel `cloud-keypair:operation`. It is published at `start`, and
 * again, completed, at `asyncEnd`. An operation whose input is refused is not published. An event names no key pair and
 * no instance, and holds no secret.
 */
export interface OperationEvent {
  readonly provider: string
  /** The name of the method: `attach`. */
  readonly operation: string
  /** From the start to the result; absent at `start`. */
  durationMs?: number
  /** The items of a batch; absent at `start`, and of an operation without items. */
  items?: { readonly succeeded: number; readonly failed: number; readonly unknown: number }
  /** The error of the result; absent at `start` and if the operation succeeded. */
  error?: { readonly code: KeyPairError['code']; readonly outcome: Outcome }
}

const operationChannel: TracingChannel<unknown, OperationEvent> = tracingChannel('cloud-keypair:operation')

/**
 * Runs an operation, and publishes its start and its end. A store that is bound to the channel's `start` holds for
 * everything that the operation does: its vendor calls can have it as their parent.
 */
export async function traceOperation<T, B extends AnyBatch>(
  { clock }: { readonly clock: Clock },
  { provider, operation }: Subject,
  run: () => Promise<Result<T, KeyPairError<B>>>,
): Promise<Result<T, KeyPairError<B>>> {
  const { start, asyncEnd } = operationChannel
  if (!(start.hasSubscribers || asyncEnd.hasSubscribers)) return run()
  const event: OperationEvent = { provider, operation }
  const startedAt = clock.now()
  const result = await start.runStores(event, run)
  const durationMs = clock.now() - startedAt
  const items = result.match(itemCountsOf, (error) =>
    itemCountsOf(error.code === 'incomplete' ? error.details.batch : undefined),
  )
  completeEvent(event, {
    durationMs,
    ...(items !== undefined && { items }),
    ...(result.isErr() && { error: { code: result.error.code, outcome: result.error.outcome } }),
  })
  asyncEnd.publish(event)
  return result
}

/** Completes an event, unless a subscriber froze it: the result of the call or operation must not be lost by that. */
export function completeEvent<Event extends object>(event: Event, fields: Partial<Event>): void {
  try {
    Object.assign(event, fields)
  } catch {
    // The event stays as the subscriber wants it.
  }
}

/** Returns the numbers of items of a batch, or of a rotation, which has one. */
function itemCountsOf(value: unknown): OperationEvent['items'] {
  if (typeof value !== 'object' || value === null) return undefined
  if ('batch' in value) return itemCountsOf(value.batch)
  if (!('succeeded' in value && 'failed' in value && 'unknown' in value)) return undefined
  const { succeeded, failed, unknown } = value
  if (!(Array.isArray(succeeded) && Array.isArray(failed) && Array.isArray(unknown))) return undefined
  return { succeeded: succeeded.length, failed: failed.length, unknown: unknown.length }
}
