/** Changes at a later time. No timer runs: each look at the world first carries out the changes that are due. */
export interface Schedule {
  add(dueAt: number, run: (at: number) => void): void
  /** Runs what is due, each at its time, in order. */
  catchUp(now: number): void
  /** Runs everything, as if enough time had passed. */
  settle(now: number): void
}

interface Task {
  readonly dueAt: number
  readonly run: (at: number) => void
}

/** Creates an empty schedule. */
export function createSchedule(): Schedule {
  const tasks: Task[] = []
  const runUntil = (limit: number, now: number): void => {
    for (let first = tasks[0]; first !== undefined && first.dueAt <= limit; first = tasks[0]) {
      tasks.shift()
      first.run(Math.min(first.dueAt, now))
    }
  }
  return {
    add: (dueAt, run) => {
      const before = tasks.findLastIndex((task) => task.dueAt <= dueAt)
      tasks.splice(before + 1, 0, { dueAt, run })
    },
    catchUp: (now) => runUntil(now, now),
    settle: (now) => runUntil(Infinity, now),
  }
}
