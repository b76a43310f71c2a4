import { makeTestKeys, type TestKeys } from '@cloud-keypair/conformance'
import { tell } from '../support/tell.js'
import { readJobs, runPart, type Told } from './parts.js'
import { collectRejections } from './resources.js'
import { addTallies, emptyTally } from './tally.js'

// Run as a child process: tells its parent what the trials of each job came to, and has to end by itself.
const together = 25
const rejections = collectRejections()
const testKeys = await moreTestKeys()
for (const job of readJobs(process.argv[2])) {
  let tally = emptyTally
  let trials = 0
  for await (const told of runPart(job, { ...testKeys, seed: job.seed }, rejections)) {
    tally = addTallies(tally, told.tally)
    trials += 1
    if (trials % together > 0 && told.proof === undefined) continue
    await tell({ ...told, job, tally } satisfies Told)
    tally = emptyTally
  }
  await tell({ job, tally } satisfies Told)
}
process.disconnect?.()

/** Makes as many keys as no trial uses up, once for all jobs: they take longer than a job of the short form. */
async function moreTestKeys(): Promise<TestKeys> {
  const [some, others] = await Promise.all([makeTestKeys(0), makeTestKeys(0)])
  return { ...some, keys: [...some.keys, ...others.keys], canaries: [...some.canaries, ...others.canaries] }
}
