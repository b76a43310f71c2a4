/** Parses a JSON text; `undefined` if the text is not JSON. The parser's message is dropped, as it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
