import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { leaseMs, type Reach } from './clouds.js'

/** Counts of the workers that were killed, and of those that were stopped for longer than a lease. */
export interface Toll {
  kills: number
  stops: number
}

const bundle = fileURLToPath(new URL('../../packages/fleet/node_modules/.cache/real-redis.mjs', import.meta.url))

/** Bundles the program of the processes once, as a loader for TypeScript takes seconds to start. */
export async function bundleProgram(): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('program.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['cloud-keypair-source'],
    external: ['bullmq', 'ioredis'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    logLevel: 'error',
  })
}

/** Workers that end or stop themselves at steps by seed, and are started again, until they are closed. */
export class Workers implements AsyncDisposable {
  readonly toll: Toll = { kills: 0, stops: 0 }
  readonly #url: string
  readonly #reach: Reach
  readonly #random: () => number
  readonly #steps: number
  readonly #children = new Set<ChildProcess>()
  #isClosing = false

  constructor(url: string, reach: Reach, random: () => number, steps: number) {
    this.#url = url
    this.#reach = reach
    this.#random = random
    this.#steps = steps
  }

  start(count: number): void {
    for (let index = 0; index < count; index += 1) this.#startOne()
  }

  /** Ends the workers by SIGTERM, and waits for them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true
    const ends = [...this.#children].map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const child of this.#children) {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
    }
    await Promise.all(ends)
  }

  #startOne(): void {
    const step = 1 + Math.floor(this.#random() * this.#steps)
    const signal = this.#random() < 0.15 ? 'SIGSTOP' : 'SIGKILL'
    const task = { url: this.#url, reach: this.#reach, mode: 'work', step, signal }
    const child = startProgram(task)
    this.#children.add(child)
    const waking =
      signal === 'SIGSTOP' &&
      setInterval(() => {
        if (child.pid !== undefined && isStopped(child.pid)) {
          this.toll.stops += 1
          clearInterval(waking || undefined)
          setTimeout(() => child.kill('SIGCONT'), leaseMs * 1.5)
        }
      }, 250)
    child.once('exit', (_, by) => {
      if (waking !== false) clearInterval(waking)
      this.#children.delete(child)
      if (by === 'SIGKILL') this.toll.kills += 1
      if (!this.#isClosing) this.#startOne()
    })
  }
}

/** Starts the bundled program with a task. */
export function startProgram(task: object): ChildProcess {
  return fork(bundle, [], {
    execArgv: ['--no-warnings'],
    env: { ...process.env, TASK: JSON.stringify(task) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

/** True if a process is stopped by a signal, as Linux tells. */
export function isStopped(pid: number): boolean {
  try {
    return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
