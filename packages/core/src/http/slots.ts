import type { AbortListeners } from '../abort.js'

/** A number of things that can be in use at once. Those who wait for one get it in the order in which they came. */
export class Slots {
  readonly #waiting = new Set<() => void>()
  readonly #abortListeners: AbortListeners
  #free: number

  constructor(count: number, abortListeners: AbortListeners) {
    this.#free = count
    this.#abortListeners = abortListeners
  }

  /** Waits for a slot and takes it. False if the signal is aborted first. */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false)
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const settle = (isTaken: boolean): void => {
        stopListening()
        this.#waiting.delete(begin)
        resolve(isTaken)
      }
      const begin = (): void => settle(true)
      const stopListening = this.#abortListeners.onAbort(signal, () => settle(false))
      this.#waiting.add(begin)
    })
  }

  /** Gives a slot back: to the first who waits, if there is one. */
  give(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free += 1
    else next()
  }
}
