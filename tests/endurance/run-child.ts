import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type Program, processFlags, programFile } from './programs.js'

/** A process of a run, and its end. */
export interface RunningChild {
  readonly process: ChildProcess
  readonly ended: Promise<ChildEnd>
  /** Begins the time within which it has to end by itself. */
  hasToEnd(): void
}

/** The end of a process. */
export interface ChildEnd {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
}

/** The ways in which the parent hears of a process. */
export interface Hearing<Told> {
  /** Takes a message. The process has to end soon after it disconnects. */
  readonly onMessage?: (told: Told) => void
  /** Takes a line of its standard output. */
  readonly onLine?: (line: string) => void
  /** The longest time between the end of the work and that of the process, in milliseconds. */
  readonly endsWithinMs?: number
}

/** Runs a program as a process of its own. */
export function startChild<Told>(
  program: Program,
  job: object,
  { onMessage, onLine, endsWithinMs = 20_000 }: Hearing<Told>,
): RunningChild {
  const child = spawn(process.execPath, [...processFlags, programFile(program), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe', ...(onMessage === undefined ? [] : (['ipc'] as const))],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()))
  if (child.stdout !== null && onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine)
  if (onMessage !== undefined) child.on('message', onMessage)
  let timer: NodeJS.Timeout | undefined
  const hasToEnd = (): void => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), endsWithinMs)
  }
  child.once('disconnect', hasToEnd)
  const ended = new Promise<ChildEnd>((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, output })
    }),
  )
  return { process: child, ended, hasToEnd }
}
