import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const workspace = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const limitMs = 50_000

export interface DemoRun {
  readonly code: number | null
  readonly output: string
  readonly lastLine: string
  /** What the demo left in the folder for temporary files. */
  readonly leftFiles: readonly string[]
}

/** The process that is said to run the simulator. */
export function simulatorOf(output: string): number {
  const pid = Number(/by process (\d+)/.exec(output)?.[1])
  if (!Number.isInteger(pid)) throw new Error(`No simulator is named in: ${output}`)
  return pid
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Runs the demo in a process of its own, without a terminal. `onLine` sees each line as it comes. */
export async function runDemo(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  onLine: (line: string, control: { kill(signal: NodeJS.Signals): void; output(): string }) => void = () => {},
): Promise<DemoRun> {
  const temporary = mkdtempSync(join(tmpdir(), 'demo-test-'))
  const node = ['--conditions=cloud-keypair-source', '--import', 'tsx', program, ...args]
  const child = spawn(process.execPath, node, {
    cwd: workspace,
    env: { PATH: process.env['PATH'], HOME: temporary, TMPDIR: temporary, ...environment },
    timeout: limitMs,
  })
  let output = ''
  const control = { kill: (signal: NodeJS.Signals) => void child.kill(signal), output: () => output }
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    output += `${line}\n`
    onLine(line, control)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const leftFiles = readdirSync(temporary).filter((name) => name.startsWith('cloud-keypair-demo-'))
  rmSync(temporary, { recursive: true })
  return { code, output, lastLine: output.trimEnd().split('\n').at(-1) ?? '', leftFiles }
}
