import measure from 'fast-string-truncated-width'

/** Lays out cells in columns that are as wide as their widest cell, at most `width` in all. Wide characters count twice. */
export function layOut(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const widths = fit(columnWidths(rows), width - 2 * ((rows[0]?.length ?? 1) - 1))
  return rows.map((cells) =>
    cells
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Returns the text, cut to a width with an ellipsis if it is longer. */
export function cut(text: string, width: number): string {
  if (width < 1) return ''
  const { index, ellipsed } = measure(text, { limit: width, ellipsis: '…' })
  return ellipsed ? `${text.slice(0, index)}…` : text.slice(0, index)
}

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = []
  for (const cells of rows) {
    for (const [column, cell] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, measure(cell).width)
  }
  return widths
}

/** Narrows the widest columns until all fit, but no column below 8. */
function fit(widths: readonly number[], available: number): readonly number[] {
  const narrowed = [...widths]
  let excess = narrowed.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    const widest = Math.max(...narrowed)
    if (widest <= 8) break
    const next = Math.max(8, ...narrowed.filter((width) => width < widest))
    const column = narrowed.indexOf(widest)
    const less = Math.min(excess, Math.max(1, widest - next))
    narrowed[column] = widest - less
    excess -= less
  }
  return narrowed
}

function padded(cell: string, width: number): string {
  const text = cut(cell, width)
  return text + ' '.repeat(Math.max(0, width - measure(text).width))
}
