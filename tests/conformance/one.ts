import { runSuite } from '@cloud-keypair/conformance'
import { subjects } from './subjects.js'

// Run as a child process: tells its parent of each outcome of the adapters that are named.
const [, , seed, ...names] = process.argv
await runSuite(
  subjects.filter(({ name }) => names.includes(name)),
  Number(seed),
  (outcome) => void process.send?.(outcome),
)
