/** Calls that a message shows. */
const shown = 6
const longestText = 60
const longestList = 3

/** The calls that a case made, with what it gave them, for the message of its failure. */
export class CaseInputs {
  readonly #calls: string[] = []

  /** Wraps an object, and notes each call of these methods, or of all. */
  of<T extends object>(name: string, target: T, methods?: readonly (keyof T)[]): T {
    const isNoted = (key: PropertyKey): boolean => methods === undefined || methods.some((method) => method === key)
    return new Proxy(target, {
      get: (original, key) => {
        const member: unknown = Reflect.get(original, key)
        if (typeof member !== 'function') return member
        return (...given: readonly unknown[]): unknown => {
          if (typeof key === 'string' && isNoted(key)) this.#note(`${name}.${key}(${given.map(written).join(', ')})`)
          return Reflect.apply(member, original, given)
        }
      },
    })
  }

  /** Returns the last calls, a line each; empty if there was none. */
  lines(): string {
    return this.#calls.map((call) => `\n    ${call}`).join('')
  }

  #note(call: string): void {
    this.#calls.push(call)
    if (this.#calls.length > shown) this.#calls.shift()
  }
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
