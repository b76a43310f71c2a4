import { setMaxListeners } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { ok, type Result } from '@cloud-keypair/core'
import { DelayedError, type Job, Queue, Worker } from 'bullmq'
import { failed, type FleetError } from './fleet-error.js'
import { systemLeaseClock } from './lease.js'
import type { Place } from './place.js'
import { NotOver, type PlaceEnd, type PlaceSettings, runPlace } from './place-run.js'
import { thrownMessage } from './thrown-message.js'
import { durabilityHint, durabilityProblem, type FleetParts, queueConnection, queueName } from './submit.js'

/** Options of a worker. */
export interface WorkerOptions {
  /** The largest number of places of a run that this process works on at once. Default: 2. */
  readonly placesAtOnce?: number | undefined
  /**
   * The time after which another worker may go on with a place, if this one does not renew its lease. At least three times
   * `callMs`. Default: 60,000.
   */
  readonly leaseMs?: number | undefined
  /** The longest time of a vendor call: `attemptTimeoutMs` of the services. Default: 20,000. */
  readonly callMs?: number | undefined
  /** The number of times that a place is begun or resumed before it counts as failed. Default: 100. */
  readonly maxStarts?: number | undefined
  /** Checks each running instance after its restart, as the option of a service does. */
  readonly check?: ((place: Place, instanceId: string, signal: AbortSignal) => Promise<void>) | undefined
}

/** A worker that runs. */
export interface FleetWorker {
  /**
   * Ends the places under way after their repairs, and gives them back: another worker goes on with them. Waits for a Redis
   * that is away no longer than `leaseMs` after the last place ended: its lease has ended then.
   */
  close(): Promise<void>
}

const lookMs = 1_000
const laterMs = 500

/** Starts a worker: it looks for runs, and works on one queue for each. */
export async function startWorker(parts: FleetParts, options: WorkerOptions): Promise<Result<FleetWorker, FleetError>> {
  const { placesAtOnce = 2, leaseMs = 60_000, callMs = 20_000, maxStarts = 100, check } = options
  if (leaseMs < callMs * 3) {
    return failed('invalid-argument', 'leaseMs must be at least three times callMs', 'Raise leaseMs.')
  }
  const risk = await durabilityProblem(parts)
  if (risk !== undefined) return failed('not-durable', risk, durabilityHint)
  const closing = new AbortController()
  // Each place that waits for its turn listens.
  setMaxListeners(0, closing.signal)
  const settings = { ...parts, leaseMs, callMs, maxStarts, clock: systemLeaseClock, check, closing: closing.signal }
  const working = lookForRuns(settings, placesAtOnce)
  return ok({
    close: () => {
      closing.abort()
      return working
    },
  })
}

async function lookForRuns(settings: PlaceSettings, placesAtOnce: number): Promise<void> {
  const { store, closing } = settings
  const workers = new Map<string, RunWorker>()
  while (!closing.aborted) {
    const live = await store.live().catch(() => undefined)
    for (const run of live ?? []) {
      if (!workers.has(run)) workers.set(run, workOnRun(settings, run, placesAtOnce))
    }
    for (const [run, worker] of workers) {
      if (live === undefined || live.includes(run)) continue
      workers.delete(run)
      await worker.close()
      await removeQueue(settings, run)
    }
    await setTimeout(lookMs, undefined, { signal: closing }).catch(() => undefined)
  }
  await Promise.all([...workers.values()].map((worker) => worker.close()))
}

/** The worker of a run. */
interface RunWorker {
  close(): Promise<void>
}

function workOnRun(settings: PlaceSettings, run: string, concurrency: number): RunWorker {
  const { connection, prefix, leaseMs } = settings
  const places = new Set<Promise<PlaceEnd>>()
  const worker = new Worker(queueName(run), (job, token) => runJob(settings, run, places, job, token), {
    connection: queueConnection(connection),
    prefix,
    concurrency,
    lockDuration: leaseMs,
    stalledInterval: Math.max(500, leaseMs / 4),
    // BullMQ would fail a job at its second stall. Starts are counted with the place.
    maxStalledCount: 1_000_000,
    // BullMQ renews by the id of a job: it may stop renewing a job that this process runs a second time.
    skipLockRenewal: true,
    drainDelay: 1,
  })
  // A lost connection is made again, and a job that lost its lock runs elsewhere.
  worker.on('error', () => undefined)
  return {
    close: async () => {
      const closed = worker.close()
      await Promise.allSettled(places)
      await within(leaseMs, closed, worker)
    },
  }
}

/**
 * Waits for commands of BullMQ, and drops its connection after a time. Some of the commands wait for ever for a Redis that is
 * away: the close of a worker parks the connection that it ends meanwhile.
 */
async function within(ms: number, commands: Promise<unknown>, connected: Worker | Queue): Promise<void> {
  const done = new AbortController()
  const drop = (): void => void connected.disconnect().catch(() => undefined)
  const late = setTimeout(ms, undefined, { signal: done.signal }).then(drop, () => undefined)
  await Promise.race([commands, late])
  done.abort()
}

async function runJob(
  settings: PlaceSettings,
  run: string,
  places: Set<Promise<PlaceEnd>>,
  job: Job,
  token = '',
): Promise<void> {
  const extendLock = (): Promise<unknown> => job.extendLock(token, settings.leaseMs)
  const place = runPlace(settings, run, job.id ?? '', extendLock)
  places.add(place)
  try {
    if ((await place) === 'over') return
  } catch (thrown) {
    if (!(thrown instanceof NotOver)) warnOf(thrown)
    // Jobs without a priority go first: the place may have stopped instances, and others only wait for their turn.
    await job.changePriority({ priority: 0 })
    throw thrown
  } finally {
    places.delete(place)
  }
  await setTimeout(laterMs, undefined, { signal: settings.closing }).catch(() => undefined)
  await job.moveToDelayed(Date.now() + laterMs, token)
  throw new DelayedError()
}

async function removeQueue({ connection, prefix, leaseMs }: PlaceSettings, run: string): Promise<void> {
  const queue = new Queue(queueName(run), { connection: queueConnection(connection), prefix })
  queue.on('error', () => undefined)
  // Another worker may remove the queue at the same time.
  const removed = queue.obliterate({ force: true }).catch(() => undefined)
  const closed = removed.then(() => queue.close()).catch(() => undefined)
  await within(leaseMs, closed, queue)
}

function warnOf(thrown: unknown): void {
  process.emitWarning(`A place is tried again: ${thrownMessage(thrown)}`, { type: 'CloudKeyPairWarning' })
}
