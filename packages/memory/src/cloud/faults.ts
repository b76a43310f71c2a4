import type { FaultyCall } from '@cloud-keypair/core/testing'
import type { MemoryFault } from '../world.js'

/** A call, as the faults see it. */
export interface FaultTarget {
  readonly call: FaultyCall
  /** The ids of its items that get a verdict each. */
  readonly judged: readonly string[]
}

interface Waiting {
  readonly fault: MemoryFault
  skip: number
  times: number
}

/** The faults to come, the first that was given first. */
export class Faults {
  readonly #waiting: Waiting[] = []

  add(fault: MemoryFault): void {
    this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
  }

  clear(): void {
    this.#waiting.length = 0
  }

  /** Takes the fault that strikes this call, if there is one. */
  take(target: FaultTarget): MemoryFault | undefined {
    for (const entry of this.#waiting) {
      if (entry.times <= 0 || !matches(entry.fault, target)) continue
      if (entry.skip <= 0) {
        entry.times -= 1
        return entry.fault
      }
      entry.skip -= 1
    }
    return undefined
  }
}

function matches(fault: MemoryFault, { call, judged }: FaultTarget): boolean {
  if (fault.on !== call) return false
  return 'ids' in fault ? fault.ids.some((id) => judged.includes(id)) : true
}
