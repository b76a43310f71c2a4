import { setImmediate } from 'node:timers/promises'
import { createAbortController } from '../abort.js'
import { warnOf } from './listeners.js'

/** The life of a service: its end, and the repairs that its end waits for. */
export class ServiceLife {
  readonly #ending = createAbortController()
  readonly #unfinished = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  /** Aborted when the service is closed. */
  get closing(): AbortSignal {
    return this.#ending.signal
  }

  /** Does work that may stop instances and has to start them again. The service closes only after the work. */
  async finishBeforeClose<T>(work: () => Promise<T>): Promise<T> {
    const running = work()
    this.#unfinished.add(running)
    try {
      return await running
    } finally {
      this.#unfinished.delete(running)
    }
  }

  /**
   * Ends the running operations, waits for their repairs, then releases what the service has. Does not wait for the
   * operations, so a callback of an operation can wait for it.
   */
  close(release: () => Promise<void>): Promise<void> {
    this.#closed ??= this.#close(release)
    return this.#closed
  }

  async #close(release: () => Promise<void>): Promise<void> {
    this.#ending.abort()
    do {
      await Promise.allSettled(this.#unfinished)
      // A wave whose instances were just read begins its work in this turn.
      await setImmediate()
    } while (this.#unfinished.size > 0)
    try {
      await release()
    } catch (thrown) {
      warnOf('The close of the driver', thrown)
    }
  }
}
