/** Lays out rows under their headings; numbers end where their column ends. Without padding at the end of a line. */
export function layOut(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => String(row[column] ?? '').length)),
  )
  const lay = (row: readonly (string | number)[], like: readonly (string | number)[]): string =>
    widths
      .map((width, column) => {
        const cell = String(row[column] ?? '')
        return typeof like[column] === 'number' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  return [lay(headings, rows[0] ?? []), rule, ...rows.map((row) => lay(row, row))]
}
