import { runMutants } from '@cloud-keypair/conformance'
import { subjects } from './subjects.js'

// Run as a child process: tells its parent of each mutant of one adapter.
const [, , name, seed] = process.argv
for (const subject of subjects) {
  if (subject.name === name) await runMutants(subject, Number(seed), (outcome) => void process.send?.(outcome))
}
