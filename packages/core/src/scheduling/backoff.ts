const baseMs = 200
const capMs = 10_000

/** The longest time that a cloud may ask to wait. */
export const maxHintMs = 60_000

/**
 * Returns the time to wait before the same call is sent again: full jitter under an exponential cap
 * (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter), or what the cloud asks for if that
 * is longer, up to 60 s.
 */
export function backoffMs(attempt: number, random: () => number, retryAfterMs: number | undefined): number {
  const jittered = random() * Math.min(capMs, baseMs * 2 ** attempt)
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, maxHintMs))
}
