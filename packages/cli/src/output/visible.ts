/**
 * Returns the text with every control character escaped: names, tags and messages come from a cloud, and must not command a
 * terminal or break a table.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Returns JSON that is safe on a terminal, and parses to the same value. Its only line breaks are those between fields. */
export function toJson(value: unknown, space?: number): string {
  const text = JSON.stringify(value, undefined, space) ?? 'null'
  return text.split('\n').map(visible).join('\n')
}
