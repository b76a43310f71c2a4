import type { HttpResponse } from './types.js'

const maxMs = 24 * 60 * 60 * 1000

/**
 * Reads the `Retry-After` header of an answer: the time to wait, in milliseconds. A date in it is held against the
 * `Date` of the same answer, as the clock of this machine may be off, and against `nowMs` if there is none.
 *
 * It takes whole seconds and the HTTP date that senders must write (RFC 9110, 10.2.3 and 5.6.7; the obsolete
 * date forms are not read). Anything else, a date that has passed and a wait of more than a day are
 * `undefined`: such a header says nothing to go by. The vendor's own header `msHeader`, in milliseconds, counts first.
 */
export function parseRetryAfter(headers: HttpResponse['headers'], nowMs: number, msHeader = ''): number | undefined {
  const ownText = headers[msHeader]?.trim() ?? ''
  if (/^\d+$/.test(ownText) && Number(ownText) <= maxMs) return Number(ownText)
  const text = headers['retry-after']?.trim() ?? ''
  const answeredAt = parseHttpDate(headers['date'] ?? '')
  const since = Number.isNaN(answeredAt) ? nowMs : answeredAt
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - since
  return waitMs >= 0 && waitMs <= maxMs ? waitMs : undefined
}

function parseHttpDate(text: string): number {
  const ms = Date.parse(text)
  // `Date.parse` takes much that is no HTTP date; `toUTCString` writes that form and no other.
  return new Date(ms).toUTCString() === text ? ms : Number.NaN
}
