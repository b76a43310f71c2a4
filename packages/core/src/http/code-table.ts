import type { CodeMeaning } from './read-answer.js'

/**
 * Makes the function that looks up a vendor's code. A row is a whole code, or its beginning or its end with `*` for the
 * rest: `UnauthorizedOperation.*`, `*LimitExceeded`. A whole code counts before a part of it, and a longer part before a
 * shorter one.
 */
export function createCodeTable(
  rows: Readonly<Record<string, CodeMeaning>>,
): (code: string) => CodeMeaning | undefined {
  const whole = new Map(Object.entries(rows))
  const parts = [...whole]
    .filter(([row]) => row.startsWith('*') || row.endsWith('*'))
    .toSorted(([one], [other]) => other.length - one.length)
  return (code) => whole.get(code) ?? parts.find(([row]) => matches(row, code))?.[1]
}

function matches(row: string, code: string): boolean {
  return row.endsWith('*') ? code.startsWith(row.slice(0, -1)) : code.endsWith(row.slice(1))
}
