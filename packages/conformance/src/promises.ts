/** The promises of every adapter. Each case proves a part of one of them, and a report counts by them. */
export const promises = {
  1: 'results, not throws',
  2: 'every item, exactly once, in input order',
  3: 'limits vanish',
  4: 'honest outcomes',
  5: 'a private key is never lost and never leaks',
  6: 'nothing silently overwritten or removed',
  7: "power is the caller's choice",
  8: 'bounded',
  9: 'capabilities do not lie',
  10: 'nothing else touched',
  11: 'material, not names',
  12: 'nothing hidden',
} as const

/** The number of a promise. */
export type PromiseNumber = keyof typeof promises

/** Returns a promise with its number, for messages and reports. */
export function promiseText(number: PromiseNumber): string {
  return `promise ${number} (${promises[number]})`
}

/** The error of a broken promise. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise'
  readonly promise: PromiseNumber
  /** The message without the promise. */
  readonly what: string

  constructor(promise: PromiseNumber, what: string, options?: ErrorOptions) {
    super(`${promiseText(promise)}: ${what}`, options)
    this.promise = promise
    this.what = what
  }
}
