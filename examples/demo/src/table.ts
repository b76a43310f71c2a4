/** Lays out rows under their headings. Columns of numbers are aligned to the right. No line has spaces at its end. */
export function layOut(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  const columns = headings.map((heading, index) => {
    const cells = rows.map((row) => String(row[index] ?? ''))
    const width = Math.max(heading.length, ...cells.map((cell) => cell.length))
    const isNumeric = cells.every((cell) => /^[\d.]*$/.test(cell))
    return [heading, '-'.repeat(width), ...cells].map((cell) => (isNumeric ? cell.padStart(width) : cell.padEnd(width)))
  })
  return ['', '', ...rows].map((_, line) =>
    columns
      .map((cells) => cells[line] ?? '')
      .join('  ')
      .trimEnd(),
  )
}
