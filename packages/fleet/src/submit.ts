import type { Result } from '@cloud-keypair/core'
import { Queue } from 'bullmq'
import type { FleetOptions } from './create-fleet.js'
import { failed, type FleetError } from './fleet-error.js'
import type { FleetStore, RunRecord } from './fleet-store.js'
import { moveRun } from './move-run.js'
import { type Place, placeId, placeText } from './place.js'
import type { RunReport, RunRequest } from './run.js'

/** The parts of a fleet. */
export interface FleetParts {
  readonly store: FleetStore
  readonly connection: string
  readonly prefix: string
  readonly services: FleetOptions['services']
  readonly acceptLoss: boolean
}

type Keyless = RunRequest extends infer R ? (R extends unknown ? Omit<R, 'publicKey'> : never) : never

/** A run that is to be submitted. */
interface Submission {
  readonly id: string
  readonly placesAtOnce: number
  readonly failedPlaces: number
  readonly request: Keyless
}

const chunk = 500
const idForm = /^[A-Za-z0-9_-]{1,64}$/

/** Returns the name of the queue of a run. */
export function queueName(run: string): string {
  return `run-${run}`
}

/** Returns the settings of a connection of BullMQ. */
export function queueConnection(connection: string): { readonly url: string; readonly maxRetriesPerRequest: null } {
  return { url: connection, maxRetriesPerRequest: null }
}

/**
 * Submits a run: the key first, then the record, the places, their jobs, and last of all the run is opened. Whoever does
 * it again with the same id goes on where it was cut off.
 */
export async function submit(
  parts: FleetParts,
  submission: Submission,
  places: readonly Place[],
  makeKey: (ofEarlier: string | undefined) => Promise<Result<string, FleetError>>,
): Promise<Result<RunReport, FleetError>> {
  const { store } = parts
  const { id } = submission
  const problem = problemOf(submission, places)
  if (problem !== undefined) return failed('invalid-argument', problem, 'Nothing was submitted.')
  const risk = await durabilityProblem(parts)
  if (risk !== undefined) return failed('not-durable', risk, durabilityHint)
  const before = await store.read(id)
  const key = await makeKey(before?.request.operation === 'rotate' ? before.request.publicKey : undefined)
  if (key.isErr()) return failed(key.error.code, key.error.message, key.error.hint)
  const request = withKey(submission.request, key.value)
  const record = await store.create({ ...submission, request, total: places.length })
  if (!isSame(record, { ...submission, request, total: places.length })) {
    const hint = 'Choose another id. A private key that was saved now is not used by that run.'
    return failed('conflict', `There is a run ${id} with another request or key`, hint)
  }
  if (record.state !== 'submitting') return store.report(id)
  const held = await addPlaces(parts, id, places)
  if (held !== undefined) {
    await moveRun(store, id, 'cancelled', held)
    return failed('conflict', held, 'Wait for that run, cancel it, or release the place.')
  }
  await store.open(id)
  return store.report(id)
}

/** Reserves the places and adds their jobs. Returns the reason if another run has one. */
async function addPlaces(
  { store, connection, prefix }: FleetParts,
  run: string,
  places: readonly Place[],
): Promise<string | undefined> {
  const queue = new Queue(queueName(run), { connection: queueConnection(connection), prefix })
  queue.on('error', () => undefined)
  try {
    for (let from = 0; from < places.length; from += chunk) {
      const some = places.slice(from, from + chunk)
      const holder = await store.reserve(run, some)
      const held = some.find((place) => placeId(place) === holder?.place)
      if (holder !== undefined && held !== undefined) return `${placeText(held)} is held by the run ${holder.run}`
      await queue.addBulk(some.map((place) => jobOf(placeId(place))))
    }
    return undefined
  } finally {
    await queue.close()
  }
}

function jobOf(jobId: string) {
  const backoff = { type: 'fixed', delay: 500 } as const
  // A place that failed is an outcome, and its job completes: a job is only tried again if its worker lost the place.
  return { name: 'place', data: {}, opts: { jobId, priority: 1, attempts: 1_000_000, backoff, removeOnComplete: true } }
}

function withKey(request: Keyless, publicKey: string): RunRequest {
  return request.operation === 'rotate' ? { ...request, publicKey } : request
}

function isSame(
  one: RunRecord,
  { state: _, ...other }: Omit<RunRecord, 'state'> & { readonly state?: unknown },
): boolean {
  const shown = ({ request, placesAtOnce, failedPlaces, total }: Omit<RunRecord, 'state'>): string =>
    JSON.stringify([
      Object.entries(request).toSorted(([one], [other]) => one.localeCompare(other)),
      placesAtOnce,
      failedPlaces,
      total,
    ])
  return shown(one) === shown(other)
}

function problemOf({ id, placesAtOnce, failedPlaces }: Submission, places: readonly Place[]): string | undefined {
  if (!idForm.test(id)) return 'The id of a run has 1 to 64 letters, digits, "-" or "_"'
  if (!Number.isInteger(placesAtOnce) || placesAtOnce < 1) return 'placesAtOnce must be a whole number above 0'
  if (!Number.isInteger(failedPlaces) || failedPlaces < 0) return 'failedPlaces must be a whole number, 0 or more'
  if (places.length === 0) return 'A run needs a place'
  const known = new Set<string>()
  const twice = places.find((place) => known.size === known.add(placeId(place)).size)
  return twice && `${placeText(twice)} is given twice`
}

export const durabilityHint =
  'Set appendonly yes, appendfsync always and maxmemory-policy noeviction. Or give acceptLoss: true, if instances may stay stopped after a crash of Redis.'

/** Returns the reason that Redis may lose a checkpoint. Warns of what is accepted, or cannot be checked. */
export async function durabilityProblem({ store, acceptLoss }: FleetParts): Promise<string | undefined> {
  const { isChecked, risks } = await store.durability()
  if (isChecked && risks.length === 0) return undefined
  const text = isChecked
    ? `Redis may lose checkpoints: ${risks.join('; ')}`
    : 'This Redis does not tell if it keeps what it acknowledges. Check appendonly, appendfsync and maxmemory-policy'
  if (isChecked && !acceptLoss) return text
  process.emitWarning(text, { type: 'CloudKeyPairWarning' })
  return undefined
}
