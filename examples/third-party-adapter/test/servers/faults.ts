import type { Fault, FaultyCall } from '@cloud-keypair/core/testing'

interface Waiting {
  readonly fault: Fault
  skip: number
  times: number
}

/** The faults to come, the first that was given first. */
export class Faults {
  #waiting: Waiting[] = []

  add(fault: Fault): void {
    this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
  }

  clear(): void {
    this.#waiting = []
  }

  /** Takes the fault that strikes a call, if there is one. */
  take(call: FaultyCall, items: readonly string[]): Fault | undefined {
    for (const waiting of this.#waiting) {
      const { fault } = waiting
      const meant = !('ids' in fault) || fault.ids.some((id) => items.includes(id))
      if (fault.on !== call || !meant || waiting.times <= 0) continue
      if (waiting.skip <= 0) {
        waiting.times -= 1
        return fault
      }
      waiting.skip -= 1
    }
    return undefined
  }
}
