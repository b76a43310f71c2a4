import { parseArgs } from 'node:util'
import { runSuite, summaryOf, tableOf } from '@cloud-keypair/conformance'
import { graupelSubject } from './graupel-subject.js'
import { virgaSubject } from './virga-subject.js'

// The suite over both adapters, or those that are named, as a table. A parent process is told of each outcome.
//
//   node dist/test/report.js virga --seed 7

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' } },
})
const subjects = [graupelSubject, virgaSubject].filter(({ name }) => names.length === 0 || names.includes(name))
const outcomes = await runSuite(subjects, Number(values.seed), (outcome) => void process.send?.(outcome))

for (const { adapter, variant, id, verdict, message = '' } of outcomes) {
  if (verdict === 'failed') process.stdout.write(`${adapter}, ${variant}: ${id} failed: ${message}\n`)
}
process.stdout.write(`\n${tableOf(outcomes)}\n\n${summaryOf(outcomes)}\n`)
if (outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
