import { setTimeout } from 'node:timers/promises'
import type { Checkpoint, CheckpointUpdate, KeyPairStore } from '@cloud-keypair/core'
import { CheckpointLines, foldLines } from '@cloud-keypair/core/file'
import type { Claim, FleetStore, Held, Holding, RunRecord } from './fleet-store.js'
import { Lease, type LeaseClock } from './lease.js'
import { notBegun } from './move-run.js'
import { createSharedPacer } from './pacer.js'
import { perform, type Work } from './perform.js'
import { type Place, placeText } from './place.js'
import { inProgressIn } from './release-place.js'
import type { PlaceOutcome } from './run.js'
import type { FleetParts } from './submit.js'

/** The settings of a worker. */
export interface PlaceSettings extends FleetParts {
  readonly leaseMs: number
  readonly callMs: number
  readonly maxStarts: number
  readonly clock: LeaseClock
  readonly check: ((place: Place, instanceId: string, signal: AbortSignal) => Promise<void>) | undefined
  /** Aborted when the worker is closed. */
  readonly closing: AbortSignal
}

/** The end of one try. `later`: the place is somebody else's turn, for now. */
export type PlaceEnd = 'over' | 'later'

type Claimed = Extract<Claim, { kind: 'claimed' }>

/** Thrown if a worker lost its place, or gives it back: another one goes on from the checkpoint. */
export class NotOver extends Error {}

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
    case 'held':
      return 'later'
    case 'claimed':
  }
  const holding = { run, place, fence: claim.fence }
  const record = await store.read(run)
  if (record === undefined) return 'over'
  const outcome = await workOn(settings, record, claim, holding, lease, extendLock)
  const held = await store.settle(holding, outcome)
  if (held === 'lost') throw new NotOver(`another worker has ${placeText(claim.place)}`)
  if (held === 'gone') warnOfLoss(claim.place, outcome)
  return 'over'
}

async function workOn(
  settings: PlaceSettings,
  record: RunRecord,
  claim: Claimed,
  holding: Holding,
  lease: Lease,
  extendLock: () => Promise<unknown>,
): Promise<PlaceOutcome> {
  const { place, starts, state, checkpoint } = claim
  const leftStopped = inProgressIn(checkpoint)
  if (starts > settings.maxStarts) {
    return ended('too-many-starts', `${settings.maxStarts} workers died at this place`, leftStopped)
  }
  const folded = checkpoint.length === 0 ? undefined : foldLines(checkpoint.join(''))
  if (folded?.isErr()) return ended('storage', `the checkpoint is damaged: ${folded.error}`, leftStopped)
  const resume = folded?.isOk() ? folded.value : undefined
  const isUntouched = resume?.instances.every(({ step }) => step !== 'in-progress') ?? true
  if (state === 'cancelled' && isUntouched) return notBegun
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
    return outcome
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

/** A place while this process holds it: its heartbeat, its checkpoint, and the reason to end. */
class HeldPlace {
  readonly #store: FleetStore
  readonly #leaseMs: number
  readonly #holding: Holding
  readonly #lease: Lease
  readonly #ending = new AbortController()
  readonly #lines = new CheckpointLines()
  #isWritten = false
  /** True if an earlier run had instances in progress, which come first, also if the run is cancelled. */
  #owes: boolean
  isCancelled: boolean
  isGone = false
  /** True if a checkpoint could not be saved. */
  isUnsaved = false

  constructor(
    { store, leaseMs }: PlaceSettings,
    holding: Holding,
    lease: Lease,
    resume: Checkpoint | undefined,
    state: Held,
  ) {
    this.#store = store
    this.#leaseMs = leaseMs
    this.#holding = holding
    this.#lease = lease
    this.#owes = resume?.instances.some(({ step }) => step === 'in-progress') ?? false
    this.isCancelled = state === 'cancelled'
  }

  /** Aborted when the operation has to end. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** Renews the lease. Returns what ends that. */
  beat(extendLock: () => Promise<unknown>): () => Promise<void> {
    const stopping = new AbortController()
    const beating = this.#beat(extendLock, stopping.signal)
    return () => {
      stopping.abort()
      return beating
    }
  }

  async save(checkpoint: Checkpoint, { changed }: CheckpointUpdate): Promise<void> {
    const isWhole = !this.#isWritten
    const line = isWhole ? this.#lines.whole(checkpoint) : this.#lines.change(checkpoint, changed)
    const { instances } = checkpoint
    const progress = { done: instances.filter(({ step }) => step === 'done').length, total: instances.length }
    this.#isWritten = false
    this.isUnsaved = true
    const held = await this.#store.save(this.#holding, line, isWhole, progress)
    this.#take(held)
    if (held === 'lost' || held === 'gone') throw new Error('another worker has the place')
    this.#isWritten = true
    this.isUnsaved = false
    if (instances.every(({ step }) => step !== 'in-progress')) this.#owes = false
    this.#endIfCancelled()
  }

  async #beat(extendLock: () => Promise<unknown>, stopping: AbortSignal): Promise<void> {
    const everyMs = this.#leaseMs / 6
    for (;;) {
      await setTimeout(everyMs, undefined, { signal: stopping }).catch(() => undefined)
      if (stopping.aborted) return
      const renew = this.#lease.begin()
      const held = await inTime(this.#store.beat(this.#holding, this.#leaseMs), everyMs)
      if (held !== undefined) this.#take(held)
      if (held !== undefined && held !== 'lost' && held !== 'gone') renew()
      if (!this.#lease.mayCall()) return this.#ending.abort()
      await inTime(extendLock(), everyMs)
    }
  }

  #take(held: Held): void {
    if (held === 'gone') this.isGone = true
    if (held === 'lost' || held === 'gone') this.#lease.lose()
    if (held === 'cancelled') this.isCancelled = true
    this.#endIfCancelled()
  }

  #endIfCancelled(): void {
    if (this.isCancelled && !this.#owes) this.#ending.abort()
  }
}

/** Waits for a promise, and not for longer than a time. Undefined if it rejects. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const late = new AbortController()
  const timeout = setTimeout(ms, undefined, { signal: late.signal }).catch(() => undefined)
  try {
    return await Promise.race([work.catch(() => undefined), timeout])
  } finally {
    late.abort()
  }
}

async function serviceOf({ services, store }: PlaceSettings, place: Place): Promise<KeyPairStore | undefined> {
  try {
    const service: unknown = await services(place, { pacer: createSharedPacer(store, place) })
    return isService(service) ? service : undefined
  } catch {
    // What was thrown may quote credentials.
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
