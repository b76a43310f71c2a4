import type { OpenCall } from './call-log.js'
import type { SimulatorClock } from './clock.js'
import { createFaultQueue, type FaultQueue } from './fault.js'
import type { Schedule } from './schedule.js'

/** The state of a simulator besides its world: received calls, queued faults, and the time that reads show. */
export interface Bench {
  readonly clock: SimulatorClock
  readonly calls: OpenCall[]
  readonly faults: FaultQueue
  /** Lets everything happen that is due, and says the time. */
  catchUp(): number
  /** Lets everything happen that is pending. */
  settle(): void
  /** Returns the time of the world that reads show. */
  readAt(now: number): number
  setReadLag(ms: number): void
}

/** Creates an empty bench for a world whose pending changes are in these schedules. */
export function createBench(clock: SimulatorClock, schedules: () => Iterable<Schedule>): Bench {
  let readLagMs = 0
  let settledAt = -Infinity
  return {
    clock,
    calls: [],
    faults: createFaultQueue(),
    catchUp: () => {
      const now = clock.now()
      for (const schedule of schedules()) schedule.catchUp(now)
      return now
    },
    settle: () => {
      settledAt = clock.now()
      for (const schedule of schedules()) schedule.settle(settledAt)
    },
    readAt: (now) => Math.max(now - readLagMs, Math.min(settledAt, now)),
    setReadLag: (ms) => {
      readLagMs = ms
    },
  }
}
