// The largest page is one of 500 key pairs with 20 tags each: about 50,000 values.
const maxValues = 250_000
// A value takes at least two characters.
const neverTooMany = 2 * maxValues

/**
 * Parses JSON of a cloud. Throws an `Error` if the text is not JSON, or has more values than any page of a cloud:
 * nothing can interrupt `JSON.parse`, so an abort would have to wait for it.
 */
export function parseAnswer(text: string): unknown {
  if (text.length > neverTooMany && hasTooMany(text)) throw new Error(`The text has more than ${maxValues} values`)
  return JSON.parse(text)
}

/** True if a text has more values than the limit. Every value but the first of a list or object follows a comma. */
function hasTooMany(text: string): boolean {
  let values = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (isInString) {
      if (character === '\\') index += 1
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === ',' || character === '[' || character === '{') {
      values += 1
      if (values > maxValues) return true
    }
  }
  return false
}
