interface Task {
  readonly dueAt: number
  run(at: number): void
}

/** Work at a later time. No timer runs: each look at the world first carries out the work that is due. */
export class Schedule {
  readonly #tasks: Task[] = []

  add(dueAt: number, run: (at: number) => void): void {
    this.#tasks.push({ dueAt, run })
    this.#tasks.sort((a, b) => a.dueAt - b.dueAt)
  }

  /** Does what is due, each at its time, in order. */
  catchUp(now: number): void {
    for (let next = this.#tasks[0]; next !== undefined && next.dueAt <= now; next = this.#tasks[0]) {
      this.#tasks.shift()
      next.run(next.dueAt)
    }
  }

  /** Does everything, as if enough time had passed. */
  settle(now: number): void {
    for (const { run } of this.#tasks.splice(0)) run(now)
  }
}
