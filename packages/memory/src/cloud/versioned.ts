/** The time for which an old version can be read. */
const historyMs = 600_000

interface Version<T> {
  readonly at: number
  readonly value: T | undefined
}

/** A map that remembers what it held, so that a read may be served from the past. */
export class Versioned<T> {
  readonly #histories = new Map<string, Version<T>[]>()

  get(key: string): T | undefined {
    return this.#histories.get(key)?.at(-1)?.value
  }

  getAt(key: string, at: number): T | undefined {
    const history = this.#histories.get(key)
    return history === undefined ? undefined : valueAt(history, at)
  }

  /** Sets a value; `undefined` deletes it. */
  set(key: string, value: T | undefined, at: number): void {
    const history = this.#histories.get(key) ?? []
    const outlived = history.findLastIndex((version) => version.at <= at - historyMs)
    if (outlived > 0) history.splice(0, outlived)
    history.push({ at, value })
    this.#histories.set(key, history)
  }

  values(at: number = Infinity): T[] {
    const found: T[] = []
    for (const history of this.#histories.values()) {
      const value = valueAt(history, at)
      if (value !== undefined) found.push(value)
    }
    return found
  }
}

function valueAt<T>(history: readonly Version<T>[], at: number): T | undefined {
  const latest = history.at(-1)
  if (latest !== undefined && latest.at <= at) return latest.value
  return history.findLast((version) => version.at <= at)?.value
}
