import { parseArgs } from 'node:util'
import { runSuite, summaryOf, tableOf } from '@cloud-keypair/conformance'
import { runDirectChecks } from './direct-checks.js'
import { startMoto } from './moto.js'
import { motoSubject } from './subject.js'
import { runVendorChecks } from './vendor-checks.js'

// The simulator of Amazon EC2 against the client of AWS, and the adapter against moto, both of which nobody of this project
// wrote: moto first directly, with signatures and permissions checked, then the suite behind a bridge that makes faults.
// Fails if the client cannot be installed, or if the program `moto_server` is not there.

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const failedOfClient = await runVendorChecks(tell)
await using moto = await startMoto()
const failed = failedOfClient + (await runDirectChecks(moto, tell))
const outcomes = await runSuite(
  [motoSubject(moto)],
  Number(values.seed),
  ({ id, verdict, message = '', lacks = [] }) => {
    if (verdict === 'failed') tell(`${id} failed: ${message}`)
    if (verdict === 'unproven') tell(`${id} unproven: moto has no ${lacks.join(', ')}`)
  },
)
tell(`\n${tableOf(outcomes)}\n\n${summaryOf(outcomes)}`)
tell(
  failed === 0
    ? 'Every check of the client and of moto passed.'
    : `Of the checks of the client and of moto, ${failed} failed.`,
)
if (failed > 0 || outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
