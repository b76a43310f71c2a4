import { runDirectChecks, unproven } from './direct-checks.js'
import { startServers } from './servers.js'

// The adapter for OpenStack against Keystone and the API of Nova from the packages of Debian, servers that nobody of this
// project wrote. Fails if the packages are not there and cannot be downloaded.

const tell = (line: string): void => void process.stdout.write(`${line}\n`)
await using servers = await startServers(tell)
const failed = await runDirectChecks(servers, tell)
for (const what of unproven) tell(`unproven  ${what}`)
tell(failed === 0 ? 'Every check passed.' : `Of the checks, ${failed} failed.`)
if (failed > 0) process.exitCode = 1
