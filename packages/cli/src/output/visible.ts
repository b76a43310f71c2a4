/**
 * Returns the text with every control character escaped: names, tags and messages come from a cloud, and must not command a
 * terminal or break a table.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escaped)
}

/** Returns JSON that is safe on a terminal, and parses to the same value. */
export function toJson(value: unknown, space?: number): string {
  const text = JSON.stringify(value, undefined, space) ?? 'null'
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
