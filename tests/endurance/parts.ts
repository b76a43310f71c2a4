import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import type { Capabilities } from '@cloud-keypair/core'
import { awsSubject } from '../../packages/aws/test/subject.js'
import { inAnyTestCloud } from '../crash/test-cloud.js'
import { subjects as bindingSubjects } from '../crash/subjects.js'
import { combinationsOf } from './combinations.js'
import { tryFaults } from './fault-trial.js'
import { faultWorlds } from './fault-worlds.js'
import { nothingLeftOpen, noUnhandledRejection } from './invariants.js'
import { plantedFaults } from './planted-faults.js'
import { collectRejections, openResources, turns } from './resources.js'
import { addTallies, emptyTally, seenIn, type Tally, violations } from './tally.js'

/** Every adapter, with all variants of its cloud. */
export const subjects: readonly Subject[] = [...bindingSubjects, awsSubject]

/** A part of the run, for one adapter. */
export interface Job {
  readonly part: 'faults'
  readonly adapter: string
  readonly seed: number
  readonly operations: number
  /** The world of that number alone. */
  readonly world?: number | undefined
  /** The name of the fault that is planted. */
  readonly planted?: string | undefined
}

type Told = (tally: Tally) => Promise<void>

/** Runs a part, and tells what each trial came to. */
export async function runPart(job: Job, testKeys: TestKeys, told: Told): Promise<void> {
  const subject = subjects.find(({ name }) => name === job.adapter)
  if (subject === undefined) throw new Error(`There is no adapter ${job.adapter}`)
  const capabilities = await capabilitiesOf(subject, testKeys)
  const combinations = combinationsOf(subject, capabilities)
  // Each world has two or three operations.
  const worlds = faultWorlds(combinations, { count: Math.ceil(job.operations / 2), seed: job.seed })
  const planted = plantedFaults.find(({ name }) => name === job.planted)
  const rejections = collectRejections()
  let operations = 0
  let before: Readonly<Record<string, number>> | undefined
  for (const [index, world] of worlds.entries()) {
    if (operations >= job.operations) return
    if (job.world !== undefined && job.world !== index) continue
    const tally = seenIn(`world ${index}`, await tryFaults(subject, testKeys, world, planted))
    await turns(2)
    // The first world loads what stays.
    const open = before === undefined ? [] : nothingLeftOpen(before, openResources())
    before ??= openResources()
    const left = [
      ...violations('unhandled rejection', noUnhandledRejection(rejections.take())),
      ...violations('left open', open),
    ]
    operations += tally.operations
    await told(addTallies(tally, { ...emptyTally, violations: left }))
  }
}

async function capabilitiesOf(subject: Subject, testKeys: TestKeys): Promise<ReadonlyMap<string, Capabilities>> {
  const capabilities = new Map<string, Capabilities>()
  for (const variant of subject.variants) {
    const its = await inAnyTestCloud(subject, variant, testKeys, async ({ driver }) => driver.capabilities)
    capabilities.set(variant, its)
  }
  return capabilities
}

/** Reads the job of a child process. */
export function readJob(text: string | undefined): Job {
  const job: unknown = JSON.parse(text ?? '')
  if (!isJob(job)) throw new TypeError('The job of a part is missing')
  return job
}

function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'part' in value && 'adapter' in value && 'seed' in value
}
