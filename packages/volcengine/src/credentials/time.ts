/** Returns a date text as milliseconds since the epoch; `undefined` if it is none. */
export function timeOf(date: string | null | undefined): number | undefined {
  const ms = date ? Date.parse(date) : NaN
  return Number.isNaN(ms) ? undefined : ms
}

/**
 * Returns a time since the epoch in milliseconds, whatever its unit, which the vendor's SDKs tell by its size
 * (UnixTimestampToTime of github.com/volcengine/volcengine-go-sdk); `undefined` if there is none.
 */
export function timeOfNumber(time: unknown): number | undefined {
  const number = Number(time)
  if (!Number.isFinite(number) || number <= 0) return undefined
  if (number >= 1e18) return number / 1e6
  if (number >= 1e15) return number / 1e3
  return number >= 1e12 ? number : number * 1e3
}
