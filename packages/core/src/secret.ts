import { inspect } from 'node:util'

/** The text in place of a secret. */
export const redacted = '[secret]'

/**
 * A text that shows itself to nobody by accident: `String`, `JSON.stringify`,
 * template literals, `util.inspect` and the console all print `[secret]`.
 * Only {@link Secret.reveal} gives the text.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself. Call it where the text is used, and keep the result out of variables that live on. */
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
