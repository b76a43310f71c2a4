/** Returns a text of the vendor for a message: in one line and without its full stop. */
export function sentence(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trimStart()
  // Not by a regular expression: one that looks for the end of a run takes the square of its length.
  let end = line.length
  while (' .。'.includes(line[end - 1] ?? '-')) end -= 1
  return line.slice(0, end)
}
