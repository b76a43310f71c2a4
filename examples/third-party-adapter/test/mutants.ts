import { type MutantOutcome, runMutants, summaryOfMutants } from '@cloud-keypair/conformance'
import { graupelSubject } from './graupel-subject.js'
import { virgaSubject } from './virga-subject.js'

// Breaks both adapters, or the one that is named, in every way that the suite has to notice. A parent process is told of
// each mutant.
//
//   node dist/test/mutants.js virga

const [, , only, seed = '1'] = process.argv
const outcomes: MutantOutcome[] = []
for (const subject of [graupelSubject, virgaSubject]) {
  if (only !== undefined && subject.name !== only) continue
  outcomes.push(...(await runMutants(subject, Number(seed), (outcome) => void process.send?.(outcome))))
}

for (const { adapter, mutant, killedBy, verdict, message = '' } of outcomes) {
  if (verdict !== 'killed') process.stdout.write(`${adapter}: ${mutant}: ${verdict}, by ${killedBy} ${message}\n`)
}
process.stdout.write(`${summaryOfMutants(outcomes)}\n`)
if (outcomes.some(({ verdict }) => verdict === 'survived')) process.exitCode = 1
