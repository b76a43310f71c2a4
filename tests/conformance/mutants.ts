import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { type MutantOutcome, summaryOfMutants } from '@cloud-keypair/conformance'
import pLimit from 'p-limit'
import { buildPackages } from '../support/build.js'
import { onBuilt } from '../support/in-process.js'
import { exampleAdapters, inExample, onPacked, packedExample, withExample } from './packed-example.js'
import baseline from './mutants-baseline.json' with { type: 'json' }
import { subjects } from './subjects.js'

// Every mutant of every adapter as it is published, each adapter in its own process.
//
//   --seed 7          another run of chance
//   --write-baseline     take the mutants of this run for the baseline

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, 'write-baseline': { type: 'boolean', default: false } },
})
const { seed } = values
const own = new URL('one-mutants.ts', import.meta.url)
const baselineFile = fileURLToPath(new URL('mutants-baseline.json', import.meta.url))
const outcomes: MutantOutcome[] = []
const limited = pLimit(availableParallelism())

await buildPackages()
// Packed first, so that its adapters can follow as soon as there is room for them.
const packing = limited(packedExample)
await Promise.all([
  ...subjects.map(({ name }) => limited(() => runOne(name))),
  withExample(packing, (example) =>
    exampleAdapters.map((name) => limited(() => runOne(name, inExample(example, 'mutants.js'), onPacked(example)))),
  ),
])
if (outcomes.some(({ verdict }) => verdict === 'survived')) process.exitCode = 1
const killed = killedByAdapter()
if (values['write-baseline']) await writeFile(baselineFile, `${JSON.stringify(killed, undefined, 2)}\n`)
else compareWithBaseline()
tellOfOtherWorlds()
process.stdout.write(`seed ${seed}\n${summaryOfMutants(outcomes)}\n`)

async function runOne(name: string, file = own, run: typeof onBuilt = onBuilt): Promise<void> {
  const found = await run<MutantOutcome>(file, [name, seed])
  for (const { mutant, killedBy, verdict, message = '' } of found) {
    if (verdict !== 'killed') process.stdout.write(`${name}: ${mutant}: ${verdict}, by ${killedBy} ${message}\n`)
  }
  if (found.length === 0) process.exitCode = 1
  const killed = found.filter(({ verdict }) => verdict === 'killed').length
  process.stdout.write(`${name}: killed ${killed} of ${found.length}\n`)
  outcomes.push(...found)
}

function killedByAdapter(): Readonly<Record<string, number>> {
  const names = [...new Set(outcomes.map(({ adapter }) => adapter))].toSorted()
  return Object.fromEntries(
    names.map((name) => [
      name,
      outcomes.filter(({ adapter, verdict }) => adapter === name && verdict === 'killed').length,
    ]),
  )
}

/** Fails if a mutant is killed only in worlds that `pnpm test` leaves out. It runs the usual world of each adapter. */
function tellOfOtherWorlds(): void {
  const usual = new Map(subjects.map(({ name, variants }) => [name, variants[0]]))
  const isUsual = ({ adapter, variant }: MutantOutcome): boolean => variant === usual.get(adapter)
  const killedInTest = new Set(outcomes.filter(isUsual).map(({ mutant }) => mutant))
  for (const { adapter, mutant, verdict, variant } of outcomes) {
    if (!usual.has(adapter) || verdict !== 'killed' || killedInTest.has(mutant)) continue
    process.exitCode = 1
    process.stdout.write(`${adapter}: ${mutant}: killed only in the world ${variant}, and in no usual one\n`)
  }
}

function compareWithBaseline(): void {
  if (isDeepStrictEqual(killed, baseline)) return
  process.exitCode = 1
  process.stdout.write(
    `Killed are ${JSON.stringify(killed)}; tests/conformance/mutants-baseline.json has ${JSON.stringify(baseline)}\n`,
  )
  process.stdout.write('If that is meant, take it over with: pnpm mutants --write-baseline\n')
}
