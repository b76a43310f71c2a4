const width = 20

/** Draws the finished part of a whole as a bar. */
export function barOf(finished: number, total: number): string {
  const full = total === 0 ? 0 : Math.round((finished / total) * width)
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`
}
