import { startChild } from './run-child.js'
import type { Violation } from './tally.js'
import { isInvariant } from './invariants.js'
import type { WorkerJob, WorkerLine } from './worker-job.js'

/** A process that works, and can be killed. */
export interface WorkerProcess {
  /** Resolves when its work begins, or when it ends. */
  readonly begun: Promise<unknown>
  readonly ended: Promise<WorkerEnd>
  kill(): void
}

/** The end of a process, and what it told. */
export interface WorkerEnd {
  readonly isKilled: boolean
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
  readonly lines: readonly WorkerLine[]
  /** The code of its last operation: `ok`, or that of an error. Empty if none ended. */
  readonly lastCode: string
  readonly lastMessage: string
  readonly leftStopped: readonly string[]
  readonly wrong: readonly Violation[]
}

/** Starts a process. It has to end by itself soon after its last line. */
export function startWorker(job: WorkerJob): WorkerProcess {
  let isKilled = false
  const lines: WorkerLine[] = []
  const operations = job.work === 'rival' ? job.operations : 1
  let begin = (): void => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const child = startChild('worker', job, {
    onLine: (text) => {
      const line: unknown = parsed(text)
      if (!isWorkerLine(line)) return
      lines.push(line)
      if (line.line === 'begun') begin()
      if (line.line === 'soaked' || lines.filter((one) => one.line === 'ended').length === operations) child.hasToEnd()
    },
  })
  return {
    begun: Promise.race([begun, child.ended]),
    ended: child.ended.then(({ code, signal, output }) => {
      const ends = lines.filter((line) => line.line === 'ended')
      return {
        isKilled: isKilled && signal === 'SIGKILL',
        code,
        signal,
        output,
        lines,
        lastCode: ends.at(-1)?.code ?? '',
        lastMessage: ends.at(-1)?.message ?? '',
        leftStopped: ends.flatMap(({ leftStopped }) => leftStopped),
        wrong: lines
          .flatMap((line) => (line.line === 'begun' ? [] : line.wrong))
          .flatMap(({ invariant, message }) => (isInvariant(invariant) ? [{ invariant, message }] : [])),
      }
    }),
    kill: () => {
      isKilled = true
      child.process.kill('SIGKILL')
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isWorkerLine(value: unknown): value is WorkerLine {
  return typeof value === 'object' && value !== null && 'line' in value
}
