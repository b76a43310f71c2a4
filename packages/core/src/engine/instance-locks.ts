interface Waiter {
  readonly ids: ReadonlySet<string>
  grant(): void
}

/**
 * Keeps two changes of one service off the same instance. Who waits comes first, and nobody holds some to wait for
 * others.
 */
export class InstanceLocks {
  readonly #held = new Set<string>()
  readonly #waiting = new Set<Waiter>()

  /** Waits until all of them are free, and holds them until the function given back is called. Undefined: aborted first. */
  acquire(ids: readonly string[], signal: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined)
      const leave = (): void => {
        this.#waiting.delete(waiter)
        resolve(undefined)
        this.#grant()
      }
      const waiter: Waiter = {
        ids: new Set(ids),
        grant: () => {
          signal.removeEventListener('abort', leave)
          resolve(() => this.#release(waiter.ids))
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.add(waiter)
      this.#grant()
    })
  }

  #release(ids: ReadonlySet<string>): void {
    for (const id of ids) this.#held.delete(id)
    this.#grant()
  }

  #grant(): void {
    const taken = new Set(this.#held)
    for (const waiter of this.#waiting) {
      const free = [...waiter.ids].every((id) => !taken.has(id))
      for (const id of waiter.ids) taken.add(id)
      if (!free) continue
      for (const id of waiter.ids) this.#held.add(id)
      this.#waiting.delete(waiter)
      waiter.grant()
    }
  }
}
