import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

const workspace = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('../compiled/main.js', import.meta.url))

export interface DemoRun {
  readonly code: number | null
  readonly output: string
  readonly lastLine: string
  /** The files that the demo left in the folder for temporary files. */
  readonly leftFiles: readonly string[]
}

/** Returns the processes of the simulators, as the output names them, in the order of the clouds. */
export function simulatorsOf(output: string): readonly number[] {
  return [...output.matchAll(/by process (\d+)/g)].map(([, pid]) => Number(pid))
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The control of a running demo by a test. */
interface Control {
  kill(signal: NodeJS.Signals): void
  /** Returns the output so far. */
  output(): string
}

/** Runs the demo in its own process, without a terminal. The function that `watch` makes gets each line. */
export async function runDemo(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  watch: (control: Control) => (line: string) => void = () => () => {},
): Promise<DemoRun> {
  const temporary = mkdtempSync(join(tmpdir(), 'demo-test-'))
  const child = spawn(process.execPath, [compiledPackages, program, ...args], {
    cwd: workspace,
    env: { PATH: process.env['PATH'], HOME: temporary, TMPDIR: temporary, ...environment },
  })
  let output = ''
  const onLine = watch({ kill: (signal) => void child.kill(signal), output: () => output })
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    output += `${line}\n`
    onLine(line)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const leftFiles = readdirSync(temporary).filter((name) => name.startsWith('cloud-keypair-demo-'))
  rmSync(temporary, { recursive: true })
  return { code, output, lastLine: output.trimEnd().split('\n').at(-1) ?? '', leftFiles }
}
