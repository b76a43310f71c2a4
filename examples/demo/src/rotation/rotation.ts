import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { err, generateKeyPair, mayBeStopped, ok, type Result } from '@cloud-keypair/core'
import { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import type { Cloud } from '../clouds.js'
import { type SimulatedCloud, startSimulator } from '../simulated-cloud.js'
import { temporaryFolder } from '../story.js'
import type { Board } from './board.js'
import { speed } from './fast-clock.js'
import { downOf, lookAt } from './guests.js'
import type { Ending, Job } from './messages.js'
import { startWorker, type Worker } from './run-worker.js'
import { problemAtEnd, problemOnTheWay } from './verdict.js'

/** The result of a rotation on one cloud. */
export interface RotationOutcome {
  readonly title: string
  /** The broken promise, if any. */
  readonly problem: string | undefined
  /** The reason of an early end, if any. */
  readonly ended: string | undefined
}

/** True if all was as promised. */
export function isRotated({ problem, ended }: RotationOutcome): boolean {
  return problem === undefined && ended === undefined
}

const running = [1, 2, 3].map((number) => `i-rotate${number}`)
const stopped = [4, 5].map((number) => `i-rotate${number}`)
const [replaced, name] = ['demo_replaced', 'demo_new']
const circumstances = { latencyMs: 20, powerChangeMs: 20_000 / speed }
const lookEveryMs = 20

/** The input of every process that rotates on a cloud. */
interface RotationInput {
  readonly job: Job
  readonly simulator: SimulatedCloud
  readonly start: () => Worker
  readonly note: (text: string) => void
  /** Resolves when the first instances are done. */
  readonly firstDone: Promise<void>
  /** Starts those that are stopped, behind the back of the rotation. */
  readonly startStopped: () => Promise<unknown>
}

/**
 * Rotates in a process that is killed half-way, goes on in a second one, and finishes in a third, when those that were
 * stopped have been started. Rejects if there is no simulator.
 */
export async function rotateOn(
  provider: string,
  cloud: Cloud,
  board: Board,
  interrupted: AbortSignal,
): Promise<RotationOutcome> {
  const { title, statuses, bound, variants } = cloud
  const lost = new AbortController()
  const seed = {
    keyPairs: [{ name: replaced }],
    instances: [
      ...running.map((id) => ({ id, status: statuses.running, ...bound(replaced) })),
      ...stopped.map((id) => ({ id, status: statuses.stopped, ...bound(replaced) })),
    ],
  }
  await using simulator = await startSimulator(provider, seed, (why) => lost.abort(why), { ...circumstances, variants })
  await using folder = await temporaryFolder()
  const signal = AbortSignal.any([interrupted, lost.signal])
  const { region, endpoint = simulator.url, accessKey = { id: '', secret: '' } } = simulator.access
  const { privateKey, publicKey } = await generateKeyPair({ bits: 2048 })
  await saveToFile(join(folder.path, 'key.pem'))(privateKey)
  const checkpointPath = join(folder.path, 'checkpoint')
  const job = {
    provider,
    access: { region, endpoint, accessKey },
    replaced,
    name,
    publicKey: publicKey.line,
    checkpointPath,
  }
  let sayDone = (): void => {}
  const firstDone = new Promise<void>((resolve) => (sayDone = resolve))
  const note = (text: string): void => board.note(title, text)
  note(`${running.length} running instances and ${stopped.length} stopped ones, by process ${simulator.pid}`)
  const start = (): Worker =>
    startWorker(job, signal, (progress) => {
      board.show({ provider, title }, progress)
      if (progress.finished > 0) sayDone()
    })
  const startStopped = (): Promise<unknown> =>
    simulator.control('seed', {
      instances: stopped.map((id) => ({ id, status: statuses.running, ...bound(name) })),
    })
  const told = await tell({ job, simulator, start, note, firstDone, startStopped })
  const problem = told.isErr() ? told.error : undefined
  return { title, problem, ended: signal.aborted ? String(signal.reason) : undefined }
}

async function tell(input: RotationInput): Promise<Result<void, string>> {
  const cut = await killOne(input)
  if (cut.isErr()) return err(cut.error)
  const resumed = await resume(input)
  if (resumed.isErr()) return err(resumed.error)
  return finish(input)
}

/** Kills the process that rotates, when some instances are done and others are down. */
async function killOne({ job, simulator, start, note, firstDone }: RotationInput): Promise<Result<void, string>> {
  const worker = start()
  let ending: Ending | undefined
  const ended = worker.ended.then((end) => (ending = end))
  await Promise.race([firstDone, ended])
  let down: readonly string[] = []
  while (down.length === 0 && ending === undefined) {
    await setTimeout(lookEveryMs)
    down = downOf(await lookAt(simulator), running)
  }
  worker.kill()
  const { kind } = await ended
  if (kind !== 'killed') return err(`process ${worker.pid} was not cut off half-way: ${told(await ended)}`)
  const { resume } = await checkpointFile(job.checkpointPath)
  const instances = resume?.instances ?? []
  const done = instances.filter(({ step }) => step === 'done').length
  note(`process ${worker.pid} killed with ${done} of ${instances.length} done, while down: ${down.join(', ')}`)
  const named = new Set(instances.filter(mayBeStopped).map(({ id }) => id))
  const unnamed = down.filter((id) => !named.has(id))
  return unnamed.length === 0 ? ok() : err(`the checkpoint does not name ${unnamed.join(', ')} as begun`)
}

/** Takes up the checkpoint in another process. What is stopped does not go by the new key pair yet. */
async function resume({ simulator, start, note }: RotationInput): Promise<Result<void, string>> {
  const worker = start()
  const end = await worker.ended
  if (end.kind !== 'rotated') return err(told(end))
  const { removed, pendingRestart } = end
  note(`process ${worker.pid} resumed it: all have the new key pair, ${pendingRestart.join(', ')} at their next start`)
  if (removed) return err(`${replaced} was removed, which ${stopped.join(', ')} still accept`)
  if (pendingRestart.toSorted().join() !== stopped.join()) return err(`pending: ${pendingRestart.join(', ')}`)
  const problem = problemOnTheWay(await lookAt(simulator), { running, stopped, replaced, name })
  return problem === undefined ? ok() : err(problem)
}

/** Ends the rotation after its owner started the stopped instances. */
async function finish({ simulator, start, note, startStopped }: RotationInput): Promise<Result<void, string>> {
  await startStopped()
  const worker = start()
  const end = await worker.ended
  if (end.kind !== 'rotated') return err(told(end))
  if (!end.removed) return err(`${replaced} was not removed, which nobody needs`)
  const problem = problemAtEnd(await lookAt(simulator), { running, stopped, replaced, name })
  if (problem !== undefined) return err(problem)
  note(`those started, process ${worker.pid} removed ${replaced}; every guest accepts ${name} alone`)
  return ok()
}

function told(ending: Ending): string {
  switch (ending.kind) {
    case 'failed':
      return ending.why
    case 'killed':
      return 'somebody killed it'
    case 'rotated':
      return 'it came to its end'
  }
}
