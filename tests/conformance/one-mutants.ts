import { runMutants } from '@cloud-keypair/conformance'
import { subjects } from './subjects.js'
import { tell } from '../support/tell.js'

// Run as a child process: tells its parent of each mutant of one adapter.
const [, , name, seed] = process.argv
const telling: Promise<void>[] = []
for (const subject of subjects) {
  if (subject.name === name) await runMutants(subject, Number(seed), (outcome) => telling.push(tell(outcome)))
}
await Promise.all(telling)
// Open handles of a mutant would keep the process alive.
process.exit()
