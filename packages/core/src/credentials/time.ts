/** Returns a date text as milliseconds since the epoch; `undefined` if it is none. */
export function timeOf(date: string | null | undefined): number | undefined {
  const ms = date ? Date.parse(date) : NaN
  return Number.isNaN(ms) ? undefined : ms
}
