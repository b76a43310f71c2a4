import measure from 'fast-string-truncated-width'

/**
 * Lays out cells in columns that are as wide as their widest cell, at most `width` in all. A cell that is too long is
 * cut, or broken into lines if its column is one of `wrapped`. Wide characters count twice.
 */
export function layOut(
  rows: readonly (readonly string[])[],
  width: number,
  wrapped: ReadonlySet<number> = new Set(),
): readonly string[] {
  const widths = fit(columnWidths(rows), width - 2 * ((rows[0]?.length ?? 1) - 1))
  return rows.flatMap((cells) => {
    const columns = cells.map((cell, column) => {
      const columnWidth = widths[column] ?? 0
      return wrapped.has(column) ? wrap(cell, columnWidth) : [cut(cell, columnWidth)]
    })
    const height = Math.max(...columns.map(({ length }) => length))
    return Array.from({ length: height }, (_, line) =>
      columns
        .map((lines, column) => padded(lines[line] ?? '', widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  })
}

/** Breaks a text into lines, after spaces and commas, and within a word that is wider than a line. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.match(/[^ ,]*[ ,]+|[^ ,]+/g) ?? []) {
    if (line !== '' && measure((line + word).trimEnd()).width > width) {
      lines.push(line)
      line = ''
    }
    line += word
    while (measure(line.trimEnd()).width > width) {
      const { index } = measure(line, { limit: width, ellipsis: '' })
      lines.push(line.slice(0, index))
      line = line.slice(index)
    }
  }
  return [...lines, line].map((one) => one.trimEnd())
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

/** Narrows the widest columns until all fit, but no column below 8. The first one, which names the row, comes last. */
function fit([first = 0, ...others]: readonly number[], available: number): readonly number[] {
  const narrowed = narrow(others, available - first)
  const rest = narrowed.reduce((sum, width) => sum + width, 0)
  return [...narrow([first], available - rest), ...narrowed]
}

function narrow(widths: readonly number[], available: number): readonly number[] {
  const narrowed = [...widths]
  let excess = narrowed.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    const widest = Math.max(...narrowed)
    if (widest <= 8) break
    narrowed[narrowed.lastIndexOf(widest)] = widest - 1
    excess -= 1
  }
  return narrowed
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - measure(text).width))
}
