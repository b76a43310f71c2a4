import { runSuite } from '@cloud-keypair/conformance'
import { subjects } from './subjects.js'

// Run as a child process: tells its parent of each outcome of one adapter.
const [, , name, seed] = process.argv
await runSuite(
  subjects.filter((subject) => subject.name === name),
  Number(seed),
  (outcome) => void process.send?.(outcome),
)
