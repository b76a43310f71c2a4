import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import { awsSubject } from '../../packages/aws/test/subject.js'
import { tencentSubject } from '../../packages/tencent/test/subject.js'
import { memoryWorldsSubject } from '../crash/memory-subject.js'
import { subjects as bindingSubjects } from '../crash/subjects.js'
import { runFaultWorlds } from './fault-part.js'
import { letOthersAct } from './others-part.js'
import { runKills, runRivals, runSoak } from './process-parts.js'
import { type Proof, proveInvariants } from './prove.js'
import type { Rejections } from './resources.js'
import { emptyTally, type Tally } from './tally.js'

/** Every adapter, with all variants of its cloud. */
export const subjects: readonly Subject[] = [...bindingSubjects, awsSubject]

/** A part of the run, for one adapter. */
export interface Job {
  readonly part: 'faults' | 'others' | 'kills' | 'rivals' | 'soak' | 'prove'
  readonly adapter: string
  readonly seed: number
  /** The operations, the kills, or the milliseconds of a soak. */
  readonly count: number
  /** The world of that number alone. */
  readonly world?: number | undefined
  /** The number of variants of the cloud that are tried. Default: all. */
  readonly variants?: number | undefined
}

/** A message of a part: the tally of one or several trials, or a proof. */
export interface Told {
  readonly job: Job
  readonly tally: Tally
  readonly proof?: Proof
}

/** Runs a part, and yields what each trial came to. */
export async function* runPart(
  job: Job,
  testKeys: TestKeys,
  rejections: Rejections,
): AsyncGenerator<Omit<Told, 'job'>, void> {
  for await (const tally of trialsOf(job, testKeys, rejections)) yield { tally }
  if (job.part !== 'prove') return
  for await (const proof of proveInvariants(memoryWorldsSubject, tencentSubject, testKeys, rejections)) {
    yield { tally: emptyTally, proof }
  }
}

async function* trialsOf(job: Job, testKeys: TestKeys, rejections: Rejections): AsyncGenerator<Tally, void> {
  const { part, adapter, seed, count, world } = job
  const subject = subjects.find(({ name }) => name === adapter)
  if (subject === undefined) throw new Error(`There is no adapter ${adapter}`)
  switch (part) {
    case 'faults': {
      const some = { ...subject, variants: subject.variants.slice(0, job.variants) }
      yield* runFaultWorlds(some, testKeys, rejections, { seed, operations: count, world })
      break
    }
    case 'others':
      yield* letOthersAct(subject, testKeys, seed, count)
      break
    case 'kills':
      yield await runKills(subject, testKeys, seed, count)
      break
    case 'rivals':
      yield await runRivals(subject, testKeys, seed, count)
      break
    case 'soak':
      yield await runSoak(subject === memoryWorldsSubject ? undefined : subject, testKeys, seed, count)
      break
    case 'prove':
  }
}

/** Reads the jobs of a child process. */
export function readJobs(text: string | undefined): readonly Job[] {
  const jobs: unknown = JSON.parse(text ?? '')
  if (!Array.isArray(jobs) || !jobs.every(isJob)) throw new TypeError('The jobs of a process are missing')
  return jobs
}

function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'part' in value && 'adapter' in value && 'seed' in value
}
