import { mapInSlices } from './map-in-slices.js'

interface Waiter {
  readonly ids: ReadonlySet<string>
  isReleased: boolean
  grant(): void
}

/**
 * Keeps two changes of one service off the same instance. Waiting operations go in order, and none holds some to wait for
 * others.
 */
export class InstanceLocks {
  readonly #held = new Map<string, Waiter>()
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
        isReleased: false,
        grant: () => {
          signal.removeEventListener('abort', leave)
          resolve(() => this.#release(waiter))
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.add(waiter)
      this.#grant()
    })
  }

  /** Frees them at once, however many there are, and removes them in the background. */
  #release(waiter: Waiter): void {
    waiter.isReleased = true
    this.#grant()
    void mapInSlices([...waiter.ids], (id) => {
      if (this.#held.get(id) === waiter) this.#held.delete(id)
    })
  }

  #grant(): void {
    const claimed = new Set<string>()
    for (const waiter of this.#waiting) {
      const isFree = [...waiter.ids].every((id) => this.#held.get(id)?.isReleased !== false && !claimed.has(id))
      for (const id of waiter.ids) {
        if (isFree) this.#held.set(id, waiter)
        else claimed.add(id)
      }
      if (!isFree) continue
      this.#waiting.delete(waiter)
      waiter.grant()
    }
  }
}
