import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { type Ending, type Job, messageSchema, type Progress } from './messages.js'

/** A process that rotates. */
export interface Worker {
  readonly pid: number | undefined
  readonly ended: Promise<Ending>
  /** Ends it at once; nothing in it can do anything about that. */
  kill(): void
}

// TypeScript in this workspace, JavaScript if the demo is compiled.
const program = fileURLToPath(new URL(`worker${extname(import.meta.filename)}`, import.meta.url))

/** Starts a process that does the job. When the signal is aborted it is to stop, and to put in order what it began. */
export function startWorker(job: Job, signal: AbortSignal, onProgress: (progress: Progress) => void): Worker {
  // Its own process group: Ctrl-C is for the demo.
  const child = spawn(process.execPath, [...process.execArgv, program], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  const stop = (): void => void child.kill('SIGTERM')
  process.once('exit', kill)
  // An aborted signal calls no listener: a process that starts after the interrupt would rotate to the end.
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop)
  const ended = new Promise<Ending>((resolve) => {
    let told: Ending | undefined
    child.on('message', (data) => {
      const message = v.parse(messageSchema, data)
      if (message.kind === 'progress') onProgress(message)
      else told = message
    })
    child.once('error', (error) => resolve({ kind: 'failed', why: error.message }))
    child.once('close', (code, by) => {
      if (by === 'SIGKILL') resolve({ kind: 'killed' })
      else resolve(told ?? { kind: 'failed', why: `the process ended (${by ?? `exit code ${code}`})` })
    })
  })
  child.send(job)
  const settled = ended.finally(() => {
    process.off('exit', kill)
    signal.removeEventListener('abort', stop)
  })
  return { pid: child.pid, ended: settled, kill }
}
