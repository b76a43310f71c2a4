const longestMs = 24 * 60 * 60 * 1000

/**
 * Reads a `Retry-After` header: the time to wait from `nowMs` on, in milliseconds.
 *
 * It takes whole seconds and the HTTP date that senders must write (RFC 9110, 10.2.3 and 5.6.7; the obsolete
 * date forms are not read). Anything else, a date that has passed and a wait of more than a day are
 * `undefined`: such a header says nothing to go by.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - nowMs
  return waitMs >= 0 && waitMs <= longestMs ? waitMs : undefined
}

function parseHttpDate(text: string): number {
  const ms = Date.parse(text)
  // `Date.parse` takes much that is no HTTP date; `toUTCString` writes that form and no other.
  return new Date(ms).toUTCString() === text ? ms : Number.NaN
}
