import { tracingChannel, type TracingChannel } from 'node:diagnostics_channel'
import type { AnyBatch, KeyPairError, Outcome } from '../contract/error.js'
import type { Result } from '../result.js'
import type { ServiceContext } from './context.js'
import type { Subject } from '../errors/failures.js'

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
  { clock }: ServiceContext,
  { provider, operation }: Subject,
  run: () => Promise<Result<T, KeyPairError<B>>>,
): Promise<Result<T, KeyPairError<B>>> {
  const { start, asyncEnd } = operationChannel
  if (!(start.hasSubscribers || asyncEnd.hasSubscribers)) return run()
  const event: OperationEvent = { provider, operation }
  const startedAt = clock.now()
  const result = await start.runStores(event, run)
  event.durationMs = clock.now() - startedAt
  const items = result.match(itemCountsOf, (error) =>
    itemCountsOf(error.code === 'incomplete' ? error.details.batch : undefined),
  )
  if (items !== undefined) event.items = items
  if (result.isErr()) event.error = { code: result.error.code, outcome: result.error.outcome }
  asyncEnd.publish(event)
  return result
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
