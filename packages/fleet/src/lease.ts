/** The times of a machine that a lease is measured by. */
export interface LeaseClock {
  /** Stands still, on some machines, while they are suspended. */
  monotonicMs(): number
  /** Jumps if it is set. */
  wallMs(): number
}

export const systemLeaseClock: LeaseClock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() }

/** The right to change a place for a time, as far as this process knows without asking anybody. */
export class Lease {
  readonly #clock: LeaseClock
  readonly #leaseMs: number
  readonly #callMs: number
  #monotonicMs: number
  #wallMs: number
  #isLost = false

  constructor(leaseMs: number, callMs: number, clock: LeaseClock) {
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#callMs = callMs
    this.#monotonicMs = clock.monotonicMs()
    this.#wallMs = clock.wallMs()
  }

  /** Returns a function that renews the lease as of now. Call it once the server has agreed: its time to answer does not count. */
  begin(): () => void {
    const monotonicMs = this.#clock.monotonicMs()
    const wallMs = this.#clock.wallMs()
    return () => {
      // A lease that ran out is never renewed: somebody else may have had the place meanwhile.
      if (!this.mayCall()) return
      this.#monotonicMs = monotonicMs
      this.#wallMs = wallMs
    }
  }

  lose(): void {
    this.#isLost = true
  }

  /** True if more is left than a call may take. */
  mayCall(): boolean {
    if (!this.#isLost && this.#leftMs() <= this.#callMs) this.#isLost = true
    return !this.#isLost
  }

  #leftMs(): number {
    const passed = Math.max(this.#clock.monotonicMs() - this.#monotonicMs, this.#clock.wallMs() - this.#wallMs)
    return this.#leaseMs - passed
  }
}
