import type { KeyPairReference } from '@cloud-keypair/core'
import type { Connection } from '../session.js'
import { type Job, referenceOf } from './job.js'
import type { Run, Runs } from './runs.js'

/**
 * Returns a run at the same place that has not ended well, and that may touch what a job is about: an instance or the key
 * pair, whatever the operation and however the key pair is named.
 */
export async function unfinishedRun(
  runs: Runs,
  { target, location: { region, endpoint } }: Connection,
  job: Job,
): Promise<Run | undefined> {
  const wanted = touchedBy(job)
  for (const run of await runs.list()) {
    const isThere = run.cloud === target.name && run.region === (region || undefined)
    if (!isThere || run.endpoint !== (endpoint || undefined)) continue
    if (meet(await touchedByRun(runs, run), wanted)) return run
  }
  return undefined
}

/** The key pairs and instances of an operation, as far as they are known. */
interface Touched {
  readonly keyPairs: readonly KeyPairReference[]
  readonly instanceIds: readonly string[]
}

function touchedBy(job: Job): Touched {
  const { request } = job
  return {
    keyPairs: [referenceOf(job)],
    instanceIds: request.operation === 'rotate' ? [] : request.instanceIds,
  }
}

/** Adds what the checkpoint of a run tells: both names of its key pair, and the instances of a rotation. */
async function touchedByRun(runs: Runs, run: Run): Promise<Touched> {
  const { keyPairs, instanceIds } = touchedBy(run.job)
  const { resume } = await runs.openCheckpoint(run)
  const recorded = resume?.operation === 'rotate' ? resume.replaced : resume?.keyPair
  return {
    keyPairs: recorded === undefined ? keyPairs : [...keyPairs, recorded],
    instanceIds: [...instanceIds, ...(resume?.instances ?? []).map(({ id }) => id)],
  }
}

function meet(one: Touched, other: Touched): boolean {
  const ids = new Set(one.instanceIds)
  return (
    other.instanceIds.some((id) => ids.has(id)) ||
    one.keyPairs.some((a) => other.keyPairs.some((b) => isSameReference(a, b)))
  )
}

function isSameReference(a: KeyPairReference, b: KeyPairReference): boolean {
  return (a.id !== undefined && a.id === b.id) || (a.name !== undefined && a.name === b.name)
}
