import { stripVTControlCharacters } from 'node:util'

/**
 * Breaks a line between words into lines of at most `width`. Later lines begin below the last column of a table, or two
 * spaces to the right. A rule of dashes is shortened. Colours take no room.
 */
export function wrap(text: string, width: number): readonly string[] {
  const plain = stripVTControlCharacters(text)
  const excess = plain.length - width
  if (excess <= 0) return [text]
  if (/^[ -]*$/.test(plain)) return [text.replace(new RegExp(`-{${excess}}(?=[^-]*$)`), '')]
  const lastColumn = plain.trimEnd().lastIndexOf('  ') + 2
  const indent = ' '.repeat(lastColumn > 2 && lastColumn <= width / 2 ? lastColumn : 2)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=[^ ]) (?=[^ ])/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (stripVTControlCharacters(longer).length <= width || line === '') line = longer
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line]
}
