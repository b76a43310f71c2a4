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
