import { hasInProgress, type KeyPairStore } from '@cloud-keypair/core'
import type { Claim, Holding, RunRecord } from './fleet-store.js'
import { HeldPlace } from './held-place.js'
import { Lease, type LeaseClock } from './lease.js'
import { createSharedPacer } from './pacer.js'
import { perform, type Work } from './perform.js'
import { type Place, placeText } from './place.js'
import type { PlaceOutcome } from './run.js'
import { leftStoppedIn, storedCheckpoint } from './stored-checkpoint.js'
import type { FleetParts } from './submit.js'
import type { WorkerOptions } from './worker.js'

/** The settings of a worker. */
export interface PlaceSettings extends FleetParts {
  readonly leaseMs: number
  readonly callMs: number
  readonly maxStarts: number
  readonly clock: LeaseClock
  readonly check: WorkerOptions['check']
  /** Aborted when the worker is closed. */
  readonly closing: AbortSignal
}

/** The end of one try. `later`: it is the turn of other places, for now. */
export type PlaceEnd = 'over' | 'later'

type Claimed = Extract<Claim, { kind: 'claimed' }>

/** Thrown if a place was begun, and another worker has it or goes on from its checkpoint. */
export class NotOver extends Error {}

/** The outcome of a place that was begun, if its run is cancelled while no instance is in progress and no worker has it. */
const cancelledBetween: PlaceOutcome = {
  status: 'cancelled',
  code: 'aborted',
  message: 'the run was cancelled while no worker had this place',
  leftStopped: [],
}

/** Claims a place of a run, works on it until it has an outcome, and writes the outcome. */
export async function runPlace(
  settings: PlaceSettings,
  run: string,
  place: string,
  extendLock: () => Promise<unknown>,
): Promise<PlaceEnd> {
  const { store, leaseMs, callMs, clock } = settings
  const lease = new Lease(leaseMs, callMs, clock)
  const claim = await store.claim(run, place, leaseMs)
  switch (claim.kind) {
    case 'ended':
    case 'gone':
      return 'over'
    case 'paused':
    case 'wait':
      return 'later'
    case 'held':
      throw new NotOver('the lease of its owner has not ended')
    case 'claimed':
  }
  const holding = { run, place, fence: claim.fence }
  const record = await store.read(run)
  if (record === undefined) return 'over'
  const outcome = await workOn(settings, record, claim, { holding, lease, extendLock })
  if (outcome === undefined) return 'over'
  const held = await store.settle(holding, outcome)
  if (held === 'lost') throw new NotOver(`another worker has ${placeText(claim.place)}`)
  if (held === 'gone') warnOfLoss(claim.place, outcome)
  return 'over'
}

/** The means to hold a place. */
interface Ownership {
  readonly holding: Holding
  readonly lease: Lease
  extendLock(): Promise<unknown>
}

/** Returns the outcome of a place; undefined if the records of its run were gone meanwhile. */
async function workOn(
  settings: PlaceSettings,
  record: RunRecord,
  claim: Claimed,
  { holding, lease, extendLock }: Ownership,
): Promise<PlaceOutcome | undefined> {
  const { place, starts, state } = claim
  const stored = storedCheckpoint(claim.checkpoint)
  if (stored.isErr()) return ended('storage', `the checkpoint is damaged: ${stored.error}`, [])
  const resume = stored.value
  const leftStopped = leftStoppedIn(resume)
  if (starts > settings.maxStarts) {
    return ended('too-many-starts', `${settings.maxStarts} workers died at this place`, leftStopped)
  }
  if (state === 'cancelled' && !hasInProgress(resume)) return cancelledBetween
  const service = await serviceOf(settings, place)
  if (service === undefined) {
    return ended('no-service', `services gave no service for ${placeText(place)}`, leftStopped)
  }
  const held = new HeldPlace(settings, holding, lease, resume, state)
  const { check } = settings
  const stopBeating = held.beat(extendLock)
  const work: Work = {
    service,
    place,
    request: record.request,
    resume,
    signal: AbortSignal.any([held.signal, settings.closing]),
    mayCall: () => lease.mayCall(),
    onCheckpoint: (whole, update) => held.save(whole, update),
    ...(check && { check: (id, signal) => check(place, id, signal) }),
  }
  const outcome = await performed(work, stopBeating)
  if (held.isGone) {
    warnOfLoss(place, outcome)
    return undefined
  }
  if (!lease.mayCall()) throw new NotOver(`the lease of ${placeText(place)} ended`)
  if (outcome.status === 'succeeded') return outcome
  if (held.isCancelled) return { ...outcome, status: 'cancelled' }
  if (settings.closing.aborted || held.isUnsaved) {
    await settings.store.giveBack(holding)
    throw new NotOver(`${placeText(place)} was given back`)
  }
  return outcome
}

async function serviceOf({ services, store }: PlaceSettings, place: Place): Promise<KeyPairStore | undefined> {
  try {
    const service: unknown = await services(place, { pacer: createSharedPacer(store, place) })
    return isService(service) ? service : undefined
  } catch {
    // The thrown error is not quoted: it may hold credentials.
    return undefined
  }
}

function isService(value: unknown): value is KeyPairStore {
  return typeof value === 'object' && value !== null && 'capabilities' in value
}

function ended(
  code: 'too-many-starts' | 'storage' | 'no-service',
  message: string,
  leftStopped: readonly string[],
): PlaceOutcome {
  return { status: 'failed', code, message, leftStopped }
}

/** Names the instances that nobody will start, as the records of the run are gone. */
function warnOfLoss(place: Place, outcome: PlaceOutcome): void {
  const left = outcome.status === 'succeeded' ? [] : outcome.leftStopped
  const names = left.length === 0 ? 'No instance was left stopped' : `May be stopped: ${left.join(', ')}`
  const text = `The records of the run in ${placeText(place)} are gone from Redis. ${names}`
  process.emitWarning(text, { type: 'CloudKeyPairWarning' })
}

/** Performs the work of a place. The beats stop after it, also after a throw, and the service is closed. */
async function performed(work: Work, stopBeating: () => Promise<void>): Promise<PlaceOutcome> {
  try {
    return await perform(work)
  } finally {
    await stopBeating()
    await work.service.close()
  }
}
