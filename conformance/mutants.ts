import { availableParallelism } from 'node:os'
import { type MutantOutcome, summaryOfMutants } from '@cloud-keypair/conformance'
import pLimit from 'p-limit'
import { buildPackages } from './build.js'
import { onBuilt } from './in-process.js'
import { exampleAdapters, inExample, packedExample, withExample } from './packed-example.js'
import { subjects } from './subjects.js'

// Every mutant of every adapter as it is published, each adapter in a process of its own.

const [, , seed = '1'] = process.argv
const outcomes: MutantOutcome[] = []
const limited = pLimit(availableParallelism())

await buildPackages()
// Packed first, so that its adapters can follow as soon as there is room for them.
const packing = limited(packedExample)
await Promise.all([
  ...subjects.map(({ name }) => limited(() => runOne(name))),
  withExample(packing, (example) =>
    exampleAdapters.map((name) => limited(() => runOne(name, 'mutants.js', inExample(example)))),
  ),
])
if (outcomes.some(({ verdict }) => verdict === 'survived')) process.exitCode = 1
process.stdout.write(`seed ${seed}\n${summaryOfMutants(outcomes)}\n`)

async function runOne(name: string, file = 'one-mutants.ts', run: typeof onBuilt = onBuilt): Promise<void> {
  const own = await run<MutantOutcome>(file, [name, seed])
  for (const { mutant, killedBy, verdict, message = '' } of own) {
    if (verdict !== 'killed') process.stdout.write(`${name}: ${mutant}: ${verdict}, by ${killedBy} ${message}\n`)
  }
  if (own.length === 0) process.exitCode = 1
  const killed = own.filter(({ verdict }) => verdict === 'killed').length
  process.stdout.write(`${name}: killed ${killed} of ${own.length}\n`)
  outcomes.push(...own)
}
