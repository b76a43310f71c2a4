import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { coverageOf, differencesFromBaseline, type Outcome, summaryOf, tableOf } from '@cloud-keypair/conformance'
import pLimit from 'p-limit'
import { buildPackages } from '../support/build.js'
import { onBuilt } from '../support/in-process.js'
import baseline from './baseline.json' with { type: 'json' }
import { inExample, onPacked, packedExample, withExample } from './packed-example.js'
import { pairs } from './subjects.js'

// The suite over every adapter as it is published, some of them in each process: as many processes at a time as there are
// processors, and one more for when another waits for the disk or for its own answer.
//
//   --seed 7          another run of chance
//   --json report.json   every outcome, for programs
//   --write-baseline     take the coverage of this run for the baseline

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    'write-baseline': { type: 'boolean', default: false },
  },
})
const { seed, json } = values
const baselineFile = fileURLToPath(new URL('baseline.json', import.meta.url))
const outcomes: Outcome[] = []
const limited = pLimit(availableParallelism() + 1)

await buildPackages()
// Packed first, so that its adapters can follow as soon as there is room for them.
const packing = limited(packedExample)
await Promise.all([
  ...pairs.map((names) => limited(() => runSome(onBuilt, new URL('one.ts', import.meta.url), [seed, ...names]))),
  withExample(packing, (example) => [
    limited(() => runSome(onPacked(example), inExample(example, 'report.js'), ['', seed])),
  ]),
])
process.stdout.write(`\n${tableOf(outcomes)}\n\n`)
if (outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
if (json !== undefined) await writeFile(json, `${JSON.stringify({ seed, outcomes }, undefined, 2)}\n`)
if (values['write-baseline']) await writeFile(baselineFile, `${JSON.stringify(coverageOf(outcomes), undefined, 2)}\n`)
else compareWithBaseline()
process.stdout.write(`seed ${seed}\n${summaryOf(outcomes)}\n`)

async function runSome(run: typeof onBuilt, file: URL, parameters: readonly string[]): Promise<void> {
  const own = await run<Outcome>(file, parameters, ({ adapter, variant, id, verdict, message = '' }) => {
    if (verdict === 'failed') process.stdout.write(`${adapter}, ${variant}: ${id} failed: ${message}\n`)
  })
  outcomes.push(...own)
  const names = new Set(own.map(({ adapter }) => adapter))
  process.stdout.write(`${[...names].join(', ')}: ${own.length} cases\n`)
}

function compareWithBaseline(): void {
  const differences = differencesFromBaseline(baseline, outcomes)
  if (differences.length === 0) return
  process.exitCode = 1
  process.stdout.write(
    `The coverage is not that of tests/conformance/baseline.json:\n${differences.map((line) => `  ${line}\n`).join('')}`,
  )
  process.stdout.write('If that is meant, take it over with: pnpm conformance --write-baseline\n\n')
}
