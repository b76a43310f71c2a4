/** Calls that a message shows. */
const shown = 6
const longestText = 60
const longestList = 3

/** The calls that a case made, with what it gave them, for the message of its failure. */
export class CaseInputs {
  readonly #calls: string[] = []
  readonly #waiting = new Set<{ readonly call: string }>()
  #count = 0

  /** The number of calls so far. */
  get count(): number {
    return this.#count
  }

  /** Wraps an object, and notes each call of these methods, or of all. */
  of<T extends object>(name: string, target: T, methods?: readonly (keyof T)[]): T {
    const isNoted = (key: PropertyKey): boolean => methods === undefined || methods.some((method) => method === key)
    return new Proxy(target, {
      get: (original, key) => {
        const member: unknown = Reflect.get(original, key)
        if (typeof member !== 'function') return member
        return (...given: readonly unknown[]): unknown => {
          const call = `${name}.${String(key)}(${given.map(written).join(', ')})`
          if (typeof key === 'string' && isNoted(key)) this.#note(call)
          const answer: unknown = Reflect.apply(member, original, given)
          this.#await(call, answer)
          return answer
        }
      },
    })
  }

  /** Returns the last calls, a line each; empty if there was none. */
  lines(): string {
    return this.#calls.map((call) => `\n    ${call}`).join('')
  }

  /** Returns the calls that have no answer yet, or else the last one: a list that it began may be read still. */
  waiting(): string {
    const calls = [...this.#waiting].map(({ call }) => call)
    return calls.length > 0 ? calls.slice(-shown).join(', ') : (this.#calls.at(-1) ?? 'no call of the case')
  }

  #await(call: string, answer: unknown): void {
    this.#count += 1
    if (!isThenable(answer)) return
    const entry = { call }
    const end = (): void => {
      this.#count += 1
      this.#waiting.delete(entry)
    }
    this.#waiting.add(entry)
    answer.then(end, end)
  }

  #note(call: string): void {
    this.#calls.push(call)
    if (this.#calls.length > shown) this.#calls.shift()
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Writes an argument, with long texts and lists cut. A function and a secret are not shown. */
function written(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => cut(part)) ?? 'undefined'
}

function cut(part: unknown): unknown {
  if (typeof part === 'string' && part.length > longestText) return `${part.slice(0, longestText)}…`
  if (!isList(part) || part.length <= longestList) return part
  return [...part.slice(0, longestList), `… ${part.length} in all`]
}

function isList(part: unknown): part is readonly unknown[] {
  return Array.isArray(part)
}
