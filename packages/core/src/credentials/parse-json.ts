/** Returns what a JSON text holds; `undefined` if the text is not JSON. What the parser says is dropped: it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
