import { makeTestKeys, type TestKeys } from '@cloud-keypair/conformance'
import { tell } from '../support/tell.js'
import { readJob, runPart } from './parts.js'
import { addTallies, emptyTally, type Tally } from './tally.js'

// Run as a child process: tells its parent what each trial of one part came to, and has to end by itself.
const job = readJob(process.argv[2])
const together = 25
let tally: Tally = emptyTally
let trials = 0
await runPart(job, await moreTestKeys(job.seed), async (one) => {
  tally = addTallies(tally, one)
  trials += 1
  if (trials % together > 0 && one.violations.length === 0) return
  await tell(tally)
  tally = emptyTally
})
await tell(tally)
process.disconnect?.()

/** Makes as many keys as no trial uses up. */
async function moreTestKeys(seed: number): Promise<TestKeys> {
  const [some, others] = await Promise.all([makeTestKeys(seed), makeTestKeys(seed)])
  return { ...some, keys: [...some.keys, ...others.keys], canaries: [...some.canaries, ...others.canaries] }
}
