import measure from 'fast-string-truncated-width'

/** Returns rows of cells as a table of Markdown. The first row is the head. */
export function markdownTable([head = [], ...body]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((row) => widthOf(row[column] ?? ''))))
  const line = (cells: readonly string[], filler = ' '): string =>
    `| ${cells.map((cell, column) => cell + filler.repeat((widths[column] ?? 0) - widthOf(cell))).join(' | ')} |`
  const rule = head.map(() => '')
  return [line(head), line(rule, '-'), ...body.map((cells) => line(cells))].join('\n')
}

function widthOf(text: string): number {
  return measure(text).width
}
