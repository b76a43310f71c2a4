import { availableParallelism } from 'node:os'
import { type MutantOutcome, summaryOfMutants } from '@cloud-keypair/conformance'
import pLimit from 'p-limit'
import { inProcess } from './in-process.js'
import { subjects } from './subjects.js'

// Every mutant of every adapter, each adapter in a process of its own.

const [, , seed = '1'] = process.argv
const outcomes: MutantOutcome[] = []
const limited = pLimit(availableParallelism())

await Promise.all(
  subjects.map(({ name }) =>
    limited(async () => {
      const own = await inProcess<MutantOutcome>('one-mutants.ts', [name, seed])
      for (const { mutant, killedBy, verdict, message = '' } of own) {
        if (verdict !== 'killed') process.stdout.write(`${name}: ${mutant}: ${verdict}, by ${killedBy} ${message}\n`)
      }
      const killed = own.filter(({ verdict }) => verdict === 'killed').length
      process.stdout.write(`${name}: killed ${killed} of ${own.length}\n`)
      outcomes.push(...own)
    }),
  ),
)
if (outcomes.some(({ verdict }) => verdict === 'survived')) process.exitCode = 1
process.stdout.write(`seed ${seed}\n${summaryOfMutants(outcomes)}\n`)
