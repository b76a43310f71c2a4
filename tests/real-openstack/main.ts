import { parseArgs } from 'node:util'
import { runSuite, summaryOf, tableOf } from '@cloud-keypair/conformance'
import { runDirectChecks, unproven } from './direct-checks.js'
import { logInAsAdministrator } from './keystone.js'
import { liftQuota } from './nova.js'
import { startServers, unpackedPackages } from './servers.js'
import { novaSubject } from './subject.js'

// The adapter for OpenStack against Keystone and the API of Nova from the packages of Debian, servers that nobody of this
// project wrote: first directly, then the suite behind a bridge that makes faults. Fails if the packages are not there and
// cannot be downloaded.

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, 'download-only': { type: 'boolean', default: false } },
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
if (values['download-only']) {
  await unpackedPackages(tell)
  process.exit()
}
await using servers = await startServers(tell)
const administrator = await logInAsAdministrator(servers)
const failed = await runDirectChecks(servers, administrator, tell)
for (const what of unproven) tell(`unproven  ${what}`)
// The suite makes more key pairs than the quota that a check reaches.
await liftQuota(servers, administrator)
const outcomes = await runSuite(
  [novaSubject(servers, administrator)],
  Number(values.seed),
  ({ id, verdict, message = '', lacks = [] }) => {
    if (verdict === 'failed') tell(`${id} failed: ${message}`)
    if (verdict === 'unproven') tell(`${id} unproven: these servers have no ${lacks.join(', ')}`)
  },
)
tell(`\n${tableOf(outcomes)}\n\n${summaryOf(outcomes)}`)
tell(failed === 0 ? 'Every check passed.' : `Of the checks, ${failed} failed.`)
if (failed > 0 || outcomes.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
