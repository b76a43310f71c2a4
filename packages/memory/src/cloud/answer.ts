import type { Result } from '@cloud-keypair/core'

/** Why the cloud refuses something, in its own words. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** A refused call. */
export interface RefusedCall extends Refusal {
  /** Where the call was refused because of some of its items: those, or none where the cloud does not name them. */
  readonly culprits?: readonly string[]
  readonly retryAfterMs?: number
}

/** The cloud's verdict on one item of a call. */
export interface Verdict {
  readonly id: string
  /** Absent where the item succeeded. */
  readonly refusal?: Refusal
}

/** Why there is no usable answer to a call. */
export type Trouble =
  | { readonly kind: 'refused'; readonly refusal: RefusedCall; readonly requestId: string }
  /** An answer came, and cannot be understood. */
  | { readonly kind: 'garbled' }
  /** The connection was lost after the request was sent. */
  | { readonly kind: 'lost' }
  /** The caller gave up. */
  | { readonly kind: 'aborted'; readonly sent: boolean }

/** What comes back of a call. */
export type Answer<T> = Result<T, Trouble>
