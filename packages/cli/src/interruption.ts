import type { ExitCode } from './exit-codes.js'
import type { Output } from './output/output.js'
import type { Interruption, Surroundings } from './surroundings.js'

/** The interruptions of one command. */
export interface Interruptions extends Disposable {
  readonly signal: AbortSignal
  /** Returns the exit code of an interrupted command; undefined without an interruption. */
  exitCode(): ExitCode | undefined
  /** Registers a running operation with restarts: the instances that may be stopped, and the command that resumes it. */
  guard(work: GuardedWork): Disposable
}

/** An operation that repairs before it ends. */
export interface GuardedWork {
  /** Returns the instances that may be stopped if the process ended now. */
  mayBeStopped(): readonly string[]
  /** The command that finishes the work later. */
  readonly resume: string
}

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Aborts the command at the first signal, and leaves at the second. A SIGHUP never is the second: a terminal that is closed
 * sends several, and service managers send one after their SIGTERM.
 */
export function watchInterruptions(output: Output, { onInterruption, leave }: Surroundings): Interruptions {
  const interrupted = new AbortController()
  let first: Interruption | undefined
  let guarded: GuardedWork | undefined

  const stop = (signal: Interruption): void => {
    first = signal
    interrupted.abort()
    void output.note(
      guarded === undefined
        ? 'Stopping. Press Ctrl-C again to leave at once.'
        : 'Stopping: instances that were stopped are started again first. Press Ctrl-C again to leave at once.',
      'doubtful',
    )
  }
  const leaveNow = (signal: Interruption): void => {
    const ids = guarded?.mayBeStopped() ?? []
    if (ids.length > 0) void output.note(`Left at once. These instances may be stopped: ${ids.join(', ')}`, 'bad')
    if (guarded !== undefined) void output.note(`hint: To start them and to finish, run: ${guarded.resume}`)
    leave(codes[signal])
  }
  const end = onInterruption((signal) => {
    if (first === undefined) stop(signal)
    else if (signal !== 'SIGHUP') leaveNow(signal)
  })
  return {
    signal: interrupted.signal,
    exitCode: () => (first === undefined ? undefined : codes[first]),
    guard: (work) => {
      guarded = work
      return {
        [Symbol.dispose]: () => {
          guarded = undefined
        },
      }
    },
    [Symbol.dispose]: end,
  }
}

/** Waits for an interruption. */
export function untilInterrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
