import { inspect } from 'node:util'

/** The text in place of a secret. */
export const redacted = '[secret]'

/**
 * A text that is not printed by accident: `String`, `JSON.stringify`,
 * template literals, `util.inspect` and the console all print `[secret]`.
 * Only {@link Secret.reveal} gives the text.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the text. Call it in the place of its use, and keep the result out of long-lived variables. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, { value: () => redacted })
