import type { Result } from '@cloud-keypair/core'

/** The cloud's reason for a refusal. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** A refused call. */
export interface RefusedCall extends Refusal {
  /** The items that made the cloud refuse the call; empty if the cloud does not name them. */
  readonly culprits?: readonly string[]
  readonly retryAfterMs?: number
}

/** The cloud's verdict on one item of a call. */
export interface Verdict {
  readonly id: string
  /** Absent if the item succeeded. */
  readonly refusal?: Refusal
  /** The id of the work, if it is not over with the answer. */
  readonly task?: string
}

/** The reason for a call without a usable answer. */
export type Trouble =
  | { readonly kind: 'refused'; readonly refusal: RefusedCall; readonly requestId: string }
  /** The answer cannot be parsed. */
  | { readonly kind: 'garbled' }
  /** The connection was lost after the request was sent. */
  | { readonly kind: 'lost' }
  /** The caller gave up. */
  | { readonly kind: 'aborted'; readonly sent: boolean }

/** The result of a call. */
export type Answer<T> = Result<T, Trouble>
