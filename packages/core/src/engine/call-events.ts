import { tracingChannel, type TracingChannel } from 'node:diagnostics_channel'
import type { CallFailureCode } from '../contract/key-pair-driver.js'
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
 * called. An error that the listener throws becomes a warning of the process.
 */
export function onCall(listener: (event: CallEvent) => void): () => void {
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
