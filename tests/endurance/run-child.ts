import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { type Program, processFlags, programFile } from './compile.js'
import { exited } from './invariants.js'

/** A process of a run, and its end. */
export interface RunningChild {
  readonly process: ChildProcess
  readonly ended: Promise<ChildEnd>
  /** Begins the time within which it has to end by itself. */
  hasToEnd(): void
}

/** The end of a process. */
export interface ChildEnd {
  readonly output: string
  /** What is wrong with its end. */
  readonly wrong: readonly string[]
}

/** The longest time between the end of the work of a process and its end, in milliseconds. */
const exitsWithinMs = 20_000

/** Runs a program as a process of its own. */
export function startChild(
  program: Program,
  job: object,
  withMessages: boolean,
  endsWithinMs = exitsWithinMs,
): RunningChild {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...(withMessages ? (['ipc'] as const) : [])]
  const child = spawn(process.execPath, [...processFlags, programFile(program), JSON.stringify(job)], { stdio })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()))
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<ChildEnd>((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ output, wrong: exited(code, signal) })
    }),
  )
  const hasToEnd = (): void => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), endsWithinMs)
  }
  return { process: child, ended, hasToEnd }
}
