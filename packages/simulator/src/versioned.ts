/** The time for which an old version can be read: the longest read lag. */
const historyMs = 600_000

/**
 * A map that remembers what it held, so that a read may be served from the past.
 * Keys come in the order in which they were first set.
 */
export interface Versioned<T> {
  get(key: string): T | undefined
  set(key: string, value: T, at: number): void
  delete(key: string, at: number): void
  /** Returns the values at that time. */
  values(at: number): T[]
}

interface Version<T> {
  readonly at: number
  readonly value: T | undefined
}

/** Creates an empty {@link Versioned}. */
export function createVersioned<T>(): Versioned<T> {
  const histories = new Map<string, Version<T>[]>()
  const write = (key: string, value: T | undefined, at: number): void => {
    const history = histories.get(key) ?? []
    const outlived = history.findLastIndex((version) => version.at <= at - historyMs)
    if (outlived > 0) history.splice(0, outlived)
    history.push({ at, value })
    histories.set(key, history)
  }
  return {
    get: (key) => histories.get(key)?.at(-1)?.value,
    set: write,
    delete: (key, at) => write(key, undefined, at),
    values: (at) => {
      const found: T[] = []
      for (const [key, history] of histories) {
        const latest = history.at(-1)
        if (latest === undefined || (latest.value === undefined && latest.at <= at - historyMs)) {
          histories.delete(key)
          continue
        }
        const seen = latest.at <= at ? latest : history.findLast((version) => version.at <= at)
        if (seen?.value !== undefined) found.push(seen.value)
      }
      return found
    },
  }
}
