import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import { exited, noGrowth, noSecretPrinted } from './invariants.js'
import { killAtRandom, killUntil } from './kill-trials.js'
import { letRivalsWork } from './rival-trials.js'
import { type SharedCloud, startSharedCloud } from './shared-cloud.js'
import { emptyTally, seenIn, type Tally, violations } from './tally.js'
import type { Soak } from './worker-job.js'
import { startWorker } from './worker-process.js'

/** The speed of the time of a shared cloud: a multiple of that of the machine. */
const scale = 40
/** The processes that are killed at the same time. */
const atOnce = 6

/** Kills processes at random times, until there are so many. With `forgets`, the next process knows nothing: a planted fault. */
export async function runKills(
  subject: Subject,
  testKeys: TestKeys,
  seed: number,
  kills: number,
  forgets = false,
): Promise<Tally> {
  return inSharedCloud(subject, testKeys, (cloud, folder) =>
    killUntil(kills, atOnce, (number) => killAtRandom(cloud, folder, number, seed, forgets)),
  )
}

/** Lets four processes work on the same key pairs and instances. */
export async function runRivals(
  subject: Subject,
  testKeys: TestKeys,
  seed: number,
  operations: number,
): Promise<Tally> {
  return inSharedCloud(subject, testKeys, (cloud, folder) => letRivalsWork(cloud, folder, seed, operations))
}

/** Runs operations at full rate in a process of their own. Without a subject, over the cloud in memory. */
export async function runSoak(
  subject: Subject | undefined,
  testKeys: TestKeys,
  seed: number,
  forMs: number,
  keeps = false,
): Promise<Tally> {
  const names = ['old', 'new', 'deploy']
  const instanceIds = Array.from({ length: 10 }, (_, index) => `i-${index}`)
  const job = { work: 'soak', seed, forMs, names, instanceIds, keeps } as const
  if (subject === undefined) return soaked({ ...job, access: undefined }, [])
  return inSharedCloud(subject, testKeys, async ({ world, access, canaries, capabilities }) => {
    await world.seedKeyPairs(names.map((name) => ({ name })))
    if (capabilities.instances !== false) await world.seedInstances(instanceIds.map((id) => ({ id })))
    const forgetting = setInterval(() => void world.forgetCalls(), 200)
    const tally = await soaked({ ...job, access }, canaries)
    clearInterval(forgetting)
    return tally
  })
}

async function soaked(job: Soak, canaries: readonly string[]): Promise<Tally> {
  const { lines, wrong, output, code, signal } = await startWorker(job).ended
  const [last] = lines.flatMap((line) => (line.line === 'soaked' ? [line] : []))
  const { operations, faults, heap } = last ?? { operations: 0, faults: 0, heap: [] }
  const tally = {
    ...emptyTally,
    operations,
    faults,
    violations: [
      ...wrong,
      ...violations('growth', noGrowth(heap)),
      ...violations('secret told', noSecretPrinted(output, canaries)),
      ...violations('did not exit', exited(code, signal, output)),
    ],
  }
  const megabytes = heap.map((one) => one.toFixed(1)).join(' ')
  return seenIn(`soak over ${job.access?.adapter ?? 'memory'}, seed ${job.seed}, heap ${megabytes}`, tally)
}

async function inSharedCloud(
  subject: Subject,
  testKeys: TestKeys,
  work: (cloud: SharedCloud, folder: string) => Promise<Tally>,
): Promise<Tally> {
  const [usual = ''] = subject.variants
  const folder = await mkdtemp(join(tmpdir(), 'endurance-'))
  try {
    await using cloud = await startSharedCloud(subject, usual, testKeys, scale)
    return await work(cloud, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
