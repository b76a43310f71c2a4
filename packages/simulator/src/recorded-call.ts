/** A request that a simulator received. No private key is in it, no session token and no signature. */
export interface RecordedCall {
  /** The vendor's name of the action; empty if the request names none. */
  readonly action: string
  readonly query: Readonly<Record<string, string>>
  /** True if the action changes anything. */
  readonly mutating: boolean
  /** The HTTP status that was sent; undefined if none was. */
  readonly status: number | undefined
  /** The code of the error that the whole call was answered with. */
  readonly code: string | undefined
  /** The time of receipt, in milliseconds by the simulator's clock. */
  readonly atMs: number
  /** The idempotency token. */
  readonly token: string | undefined
  /** True if this request was carried out, even if its answer got lost. A replayed answer is not. */
  readonly committed: boolean
  readonly rawUrl: string
  /** `authorization` without its signature; the token of a session as `***`. */
  readonly headers: Readonly<Record<string, string>>
}
