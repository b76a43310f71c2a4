/** Makes a source of credentials that gives one session after the other, as a source of temporary credentials does. */
export function renewing<T>(first: T, second: T): () => Promise<T> {
  let asked = 0
  return async () => {
    asked += 1
    return asked % 2 === 1 ? first : second
  }
}
