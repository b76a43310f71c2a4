// Steps, and not time, say that work goes on: a case on a busy machine, or over a slow server, takes as long as it takes.
const lookMs = 1_000
const quietLooks = 60
// The longest case of this repository takes 3,000.
const mostSteps = 1_000_000

/** The signs that work goes on. */
export interface Progress {
  /** Returns a number that grows as long as something happens. */
  steps(): number
  /** Returns the calls that have no answer yet, for the message. */
  waiting(): string
}

/**
 * Waits for work, and fails if the work hangs: if sixty looks, a second apart, see no step. A busy process looks less often,
 * too, so that this is no measure of speed. Virtual time never runs out while something hangs: an adapter that never
 * answers, a request that nobody ends, a server that does not close. Work that takes steps for ever fails by their number.
 */
export async function unlessStalled<T>(work: Promise<T>, what: string, { steps, waiting }: Progress): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const stalled = new Promise<never>((_, reject) => {
    const first = steps()
    let [last, quiet] = [first, 0]
    timer = setInterval(() => {
      const now = steps()
      quiet = now === last ? quiet + 1 : 0
      last = now
      if (quiet === quietLooks) reject(new Error(`${what} hangs. Without an answer: ${waiting()}`))
      if (now - first > mostSteps) reject(new Error(`${what} does not end. Without an answer: ${waiting()}`))
    }, lookMs)
  })
  try {
    return await Promise.race([work, stalled])
  } finally {
    clearInterval(timer)
  }
}
