/**
 * Time and chance, passed in so that tests own them. `sleep` settles early, without an error, when its
 * signal is aborted.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number
