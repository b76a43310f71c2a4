import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Outcome, summaryOf } from '@cloud-keypair/conformance'
import pLimit from 'p-limit'
import { subjects } from './subjects.js'

// The suite over every adapter, each in a process of its own, as many at a time as there are processors.

const seed = process.argv[2] ?? '1'
const outcomes: Outcome[] = []
const limited = pLimit(availableParallelism())

async function runOne(name: string): Promise<void> {
  const child: ChildProcess = fork(fileURLToPath(new URL('one.ts', import.meta.url)), [name, seed])
  const own: Outcome[] = []
  child.on('message', (outcome: Outcome) => {
    own.push(outcome)
    const { variant, id, verdict, message } = outcome
    if (verdict === 'failed') process.stdout.write(`${name}, ${variant}: ${id} failed: ${message ?? ''}\n`)
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  outcomes.push(...own)
  process.stdout.write(`${name}: ${own.length} cases\n`)
  if (code !== 0) {
    process.stdout.write(`${name} ended with ${code}\n`)
    process.exitCode = 1
  }
}

await Promise.all(subjects.map(({ name }) => limited(() => runOne(name))))
if (outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
process.stdout.write(`seed ${seed}\n${summaryOf(outcomes)}\n`)
