import { runSuite, summaryOf, tableOf } from '@cloud-keypair/conformance'
import { graupelSubject } from './graupel-subject.js'
import { virgaSubject } from './virga-subject.js'

// The suite over both adapters, or the one that is named, as a table. A parent process is told of each outcome.
//
//   node dist/test/report.js virga 7   of one adapter, with another seed

const [, , only = '', seed = '1'] = process.argv
const subjects = [graupelSubject, virgaSubject].filter(({ name }) => only === '' || name === only)
const outcomes = await runSuite(subjects, Number(seed), (outcome) => void process.send?.(outcome))

for (const { adapter, variant, id, verdict, message = '' } of outcomes) {
  if (verdict === 'failed') process.stdout.write(`${adapter}, ${variant}: ${id} failed: ${message}\n`)
}
process.stdout.write(`\n${tableOf(outcomes)}\n\n${summaryOf(outcomes)}\n`)
if (outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
