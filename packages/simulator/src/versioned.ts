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
  /** Returns the values at that time, of all keys or of these. */
  values(at: number, keys?: ReadonlySet<string>): readonly T[]
}

interface Version<T> {
  readonly at: number
  readonly value: T | undefined
}

/** The values of a key in time, and its place among the keys. */
interface History<T> {
  readonly place: number
  readonly versions: Version<T>[]
}

/** Creates an empty {@link Versioned}. */
export function createVersioned<T>(): Versioned<T> {
  const histories = new Map<string, History<T>>()
  let places = 0
  let writtenAt = -Infinity
  // All values since the last write: a long list is read page by page.
  let all: readonly T[] | undefined
  const write = (key: string, value: T | undefined, at: number): void => {
    const known = histories.get(key)
    const { place, versions } = known ?? { place: (places += 1), versions: [] }
    const outlived = versions.findLastIndex((version) => version.at <= at - historyMs)
    if (outlived > 0) versions.splice(0, outlived)
    versions.push({ at, value })
    histories.set(key, { place, versions })
    // A new key comes last.
    const isLast = known === undefined && value !== undefined && at >= writtenAt
    all = isLast && all !== undefined ? [...all, value] : undefined
    writtenAt = Math.max(writtenAt, at)
  }
  const valueAt = (key: string, { versions }: History<T>, at: number): T | undefined => {
    const latest = versions.at(-1)
    if (latest === undefined || (latest.value === undefined && latest.at <= at - historyMs)) {
      histories.delete(key)
      return undefined
    }
    return (latest.at <= at ? latest : versions.findLast((version) => version.at <= at))?.value
  }
  const valuesOf = (entries: Iterable<readonly [string, History<T>]>, at: number): readonly T[] => {
    const found: T[] = []
    for (const [key, history] of entries) {
      const value = valueAt(key, history, at)
      if (value !== undefined) found.push(value)
    }
    return found
  }
  const entriesOf = (keys: ReadonlySet<string>): readonly (readonly [string, History<T>])[] => {
    const entries = [...keys].flatMap((key) => {
      const history = histories.get(key)
      return history === undefined ? [] : [[key, history] as const]
    })
    return entries.sort(([, one], [, other]) => one.place - other.place)
  }
  return {
    get: (key) => histories.get(key)?.versions.at(-1)?.value,
    set: write,
    delete: (key, at) => write(key, undefined, at),
    values: (at, keys) => {
      if (keys !== undefined) return valuesOf(entriesOf(keys), at)
      if (at < writtenAt) return valuesOf(histories, at)
      return (all ??= valuesOf(histories, at))
    },
  }
}
