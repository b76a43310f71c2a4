import { fork } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { inspect, parseArgs } from 'node:util'
import pLimit from 'p-limit'
import type { Check } from './check.js'
import { checks } from './checks.js'
import { endure } from './endurance.js'
import { plantedFault, plantedFaults, plantFault } from './planted-faults.js'
import { bundleProgram } from './processes.js'
import { recordTrial } from './results.js'
import { measureScale } from './scale.js'

// The fleet on a real Redis, against simulated clouds over HTTP. Fails if the program `redis-server` is not there.
//
//   --short        few places and kills, for CI
//   --seed 7       another run of chance
//   --kills 200    the number of workers that are killed
//   --check fence  only the checks whose name has this text, and no kills; without a text no check, and kills alone
//   --record       adds the trial with kills to results.json
//   --scale 10000  measures a run over so many places, of 100 instances each, and nothing else
//   --prove        plants a fault for each rule in its turn, and fails if one is not noticed

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
    check: { type: 'string' },
    record: { type: 'boolean', default: false },
    prove: { type: 'boolean', default: false },
    scale: { type: 'string' },
  },
})
const checksAtOnce = 6
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
plantFault(process.env[plantedFault])
const problems = await run()
if (problems > 0) process.exitCode = 1

async function run(): Promise<number> {
  if (values.prove) return prove()
  if (values.scale === undefined) {
    await bundleProgram()
    // Both wait most of their time.
    const [failures, violations] = await Promise.all([runChecks(), kill()])
    return failures + violations
  }
  for (const line of await measureScale({ places: Number(values.scale), instances: 100 })) tell(line)
  return 0
}

async function runChecks(): Promise<number> {
  if (values.check === '') return 0
  const chosen = checks.filter(([name]) => name.includes(values.check ?? ''))
  if (chosen.length === 0) throw new Error(`No check has "${values.check}" in its name`)
  let failures = 0
  const runOne = async ([name, check]: Check): Promise<void> => {
    try {
      await check()
      tell(`passed: ${name}`)
    } catch (thrown) {
      failures += 1
      tell(`FAILED: ${name}: ${inspect(thrown, { depth: 4 })}`)
    }
  }
  const isAlone = ([, , needs]: Check): boolean => needs === 'no other check'
  for (const check of chosen.filter(isAlone)) await runOne(check)
  const limited = pLimit(checksAtOnce)
  await Promise.all(chosen.filter((check) => !isAlone(check)).map((check) => limited(() => runOne(check))))
  tell(`real:redis: ${chosen.length - failures} checks passed, ${failures} failed`)
  return failures
}

async function kill(): Promise<number> {
  if (values.check !== undefined && values.check !== '') return 0
  const size = values.short
    ? { places: 3, instances: 2, workers: 3, steps: 30, kills: 2 }
    : { places: 24, instances: 4, workers: 3, steps: 60, kills: Number(values.kills ?? 200) }
  const trial = { ...size, seed: Number(values.seed) }
  const result = await endure(trial, tell)
  const { runs, places, kills, stops, violations } = result
  for (const { rule, message } of violations) tell(`VIOLATION: ${rule}: ${message}`)
  if (values.record) tell(`all recorded trials: ${inspect(await recordTrial(trial, result))}`)
  tell(
    `real:redis: seed ${trial.seed}, ${runs} runs, ${places} places, ${kills} kills, ${stops} stops longer than the lease, ${violations.length} violations`,
  )
  return violations.length
}

/** Plants each fault. Returns the number of those that nothing noticed, and of the failures without any fault. */
async function prove(): Promise<number> {
  let problems = 0
  for (const check of new Set(plantedFaults.map((fault) => fault.check ?? ''))) {
    const { code, failure = `the process ended with ${String(code)}` } = await runWith(undefined, check)
    if (code === 0) continue
    problems += 1
    tell(`without a fault: ${failure}`)
  }
  let unseen = 0
  for (const { name, check = '' } of plantedFaults) {
    const { failure } = await runWith(name, check)
    if (failure === undefined) unseen += 1
    tell(failure === undefined ? `NOT SEEN: ${name}` : `seen: ${name}: ${failure}`)
  }
  tell(
    `real:redis: ${plantedFaults.length - unseen} planted faults seen, ${unseen} not seen, ${problems} failures without a fault`,
  )
  return unseen + problems
}

/** Runs a check, or the trial with kills, in a process of its own that plants a fault in itself. */
async function runWith(
  fault: string | undefined,
  check: string,
): Promise<{ readonly code: number | null; readonly failure: string | undefined }> {
  const child = fork(fileURLToPath(import.meta.url), ['--check', check, '--short'], {
    env: { ...process.env, [plantedFault]: fault },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  })
  const ended = once(child, 'exit')
  const output = child.stdout === null ? '' : await text(child.stdout)
  await ended
  return { code: child.exitCode, failure: output.split('\n').find((line) => /^(FAILED|VIOLATION): /.test(line)) }
}
