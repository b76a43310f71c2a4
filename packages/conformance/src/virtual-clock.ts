import type { Clock } from '@cloud-keypair/core'

/** Turns without a change before time moves. An audit of 1,000 key pairs lets the event loop turn twice on its way. */
const quietTurns = 8

interface Timer {
  readonly at: number
  readonly fire: () => void
}

/**
 * A clock that stands still during any work, and jumps to the next timer when all work waits for time
 * to pass. Code with real input or output brackets it with `open` and `close`; a server that makes
 * its client wait on purpose says so with `park` and `unpark`.
 */
export class VirtualClock implements Clock {
  #now: number
  #turn = 0
  #checking = false
  readonly #timers = new Set<Timer>()
  /** Open work; true if it waits for time to pass. */
  readonly #work = new Map<string, { parked: boolean }>()

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = { at: this.#now + Math.max(ms, 0), fire: () => end() }
      const end = (): void => {
        this.#timers.delete(timer)
        signal.removeEventListener('abort', end)
        this.#changed()
        resolve()
      }
      if (signal.aborted) return resolve()
      signal.addEventListener('abort', end)
      this.#timers.add(timer)
      this.#changed()
    })
  }

  /** The number of waits and works that began or ended so far: as long as it grows, something happens. */
  get steps(): number {
    return this.#turn
  }

  /** Begins work that takes no virtual time: the clock stands still until it is closed or parked. */
  open(id: string): void {
    this.#work.set(id, { parked: false })
    this.#changed()
  }

  close(id: string): void {
    this.#work.delete(id)
    this.#changed()
  }

  /** Says that the work waits for time to pass. Without effect once it is closed. */
  park(id: string): void {
    const work = this.#work.get(id)
    if (work !== undefined) work.parked = true
    this.#changed()
  }

  unpark(id: string): void {
    const work = this.#work.get(id)
    if (work !== undefined) work.parked = false
    this.#changed()
  }

  #changed(): void {
    this.#turn += 1
    if (this.#checking || this.#timers.size === 0) return
    this.#checking = true
    this.#check(this.#turn)
  }

  // Some turns of the event loop without a change: then every promise has run and every answer has been read.
  #check(turn: number, quiet = 0): void {
    setImmediate(() => {
      if (this.#turn !== turn) return this.#check(this.#turn)
      if (quiet < quietTurns) return this.#check(turn, quiet + 1)
      this.#checking = false
      this.#advance()
    })
  }

  #advance(): void {
    for (const { parked } of this.#work.values()) if (!parked) return
    let next: Timer | undefined
    for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer
    if (next === undefined || next.at === Infinity) return
    this.#now = Math.max(this.#now, next.at)
    next.fire()
  }
}
