import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { randomFrom } from '@cloud-keypair/conformance/internals'
import { checkpointFile } from '@cloud-keypair/core/file'
import { inProgressIn } from '../crash/work.js'
import { exited, noKeyLost, noSecretPrinted, nothingLeftStopped } from './invariants.js'
import { keysIn } from './kill-trials.js'
import type { SharedCloud } from './shared-cloud.js'
import { emptyTally, seenIn, type Tally, type Violation, violations } from './tally.js'
import type { Rival } from './worker-job.js'
import { startWorker, type WorkerEnd } from './worker-process.js'

const rivals = 4
const names = ['old', 'new', 'deploy'] as const
const instanceIds = ['i-0', 'i-1', 'i-2', 'i-3', 'i-4', 'i-5'] as const

/**
 * Lets four processes work on the same key pairs and instances at the same time. Each of them may be killed, and goes on in
 * the next process. Looks at the cloud when all have ended.
 */
export async function letRivalsWork(
  cloud: SharedCloud,
  parent: string,
  seed: number,
  operations: number,
): Promise<Tally> {
  const { world, access, canaries } = cloud
  await world.seedKeyPairs(names.map((name) => ({ name })))
  if (cloud.capabilities.instances !== false) {
    await world.seedInstances(instanceIds.map((id) => ({ id, keyPair: 'old' })))
  }
  const before = await world.snapshot()
  const jobs = Array.from({ length: rivals }, (_, index): Rival => {
    const folder = join(parent, `rival-${index}`)
    return { work: 'rival', access, folder, seed: seed * rivals + index, operations, names, instanceIds }
  })
  const runs = await Promise.all(jobs.map(runRival))
  const after = await world.snapshot()
  const folders = await Promise.all(jobs.map(({ folder }) => keysIn(folder)))
  const held = new Set(folders.flatMap((keys) => [...keys]))
  const ends = runs.flat()
  const inProgress = await Promise.all(jobs.map(inProgressOf))
  const named = [...inProgress.flat(), ...ends.flatMap(({ leftStopped }) => leftStopped)]
  const found: readonly Violation[] = [
    ...violations('key lost', noKeyLost(before, after, held, undefined)),
    ...violations('left stopped', nothingLeftStopped(before, after, named)),
    ...ends.flatMap(({ wrong, output }) => [...wrong, ...violations('secret told', noSecretPrinted(output, canaries))]),
    ...runs
      .flatMap((own) => own.slice(-1))
      .flatMap(({ code, signal, output }) => violations('did not exit', exited(code, signal, output))),
  ]
  const done = ends.flatMap(({ lines }) => lines.flatMap((line) => (line.line === 'ended' ? [line] : [])))
  const kills = ends.filter(({ isKilled }) => isKilled).length
  return seenIn(`${access.adapter}, four processes, seed ${seed}`, {
    ...emptyTally,
    operations: done.length,
    kills,
    seen: Object.fromEntries(done.map(({ operation, code }) => [`among rivals: ${operation}, ${code}`, 1])),
    violations: found,
  })
}

async function runRival(job: Rival): Promise<readonly WorkerEnd[]> {
  await mkdir(job.folder)
  const random = randomFrom(job.seed)
  const ends: WorkerEnd[] = []
  for (;;) {
    const worker = startWorker(job)
    await worker.begun
    const timer = ends.length < 3 && random() < 0.7 ? setTimeout(() => worker.kill(), 50 + random() * 3_000) : undefined
    const end = await worker.ended
    clearTimeout(timer)
    ends.push(end)
    if (!end.isKilled) return ends
  }
}

/** Returns the instances that the files of a rival name as in progress. */
async function inProgressOf({ folder, operations }: Rival): Promise<readonly string[]> {
  const files = Array.from({ length: operations }, (_, number) => join(folder, `checkpoint-${number}`))
  const all = await Promise.all(files.map((path) => checkpointFile(path)))
  return all.flatMap(({ resume }) => inProgressIn(resume))
}
