import { setTimeout } from 'node:timers/promises'
import { type Checkpoint, type CheckpointUpdate, hasInProgress } from '@cloud-keypair/core'
import { CheckpointLines } from '@cloud-keypair/core/file'
import type { FleetStore, Held, Holding } from './fleet-store.js'
import type { Lease } from './lease.js'
import type { RunState } from './run.js'

/** The store of a held place, and the length of its lease. */
interface HeldPlaceSettings {
  readonly store: FleetStore
  readonly leaseMs: number
}

/** A place while this process holds it: its heartbeat, its checkpoint, and the reason to end. */
export class HeldPlace {
  readonly #store: FleetStore
  readonly #leaseMs: number
  readonly #holding: Holding
  readonly #lease: Lease
  readonly #ending = new AbortController()
  readonly #lines = new CheckpointLines()
  #lastSave: 'none' | 'kept' | 'failed' = 'none'
  /** True if an earlier run had instances in progress, which come first, also if the run is cancelled. */
  #owes: boolean
  isCancelled: boolean
  isGone = false

  constructor(
    { store, leaseMs }: HeldPlaceSettings,
    holding: Holding,
    lease: Lease,
    resume: Checkpoint | undefined,
    state: RunState,
  ) {
    this.#store = store
    this.#leaseMs = leaseMs
    this.#holding = holding
    this.#lease = lease
    this.#owes = hasInProgress(resume)
    this.isCancelled = state === 'cancelled'
  }

  /** Aborted when the operation has to end. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** True if the latest checkpoint could not be saved. */
  get isUnsaved(): boolean {
    return this.#lastSave === 'failed'
  }

  /** Renews the lease from time to time. Returns a function that ends that. */
  beat(extendLock: () => Promise<unknown>): () => Promise<void> {
    const stopping = new AbortController()
    const beating = this.#beat(extendLock, stopping.signal)
    return () => {
      stopping.abort()
      return beating
    }
  }

  async save(checkpoint: Checkpoint, { changed }: CheckpointUpdate): Promise<void> {
    const isWhole = this.#lastSave !== 'kept'
    const line = isWhole ? this.#lines.whole(checkpoint) : this.#lines.change(checkpoint, changed)
    const { instances } = checkpoint
    const progress = { done: instances.filter(({ step }) => step === 'done').length, total: instances.length }
    this.#lastSave = 'failed'
    const held = await this.#store.save(this.#holding, line, isWhole, progress)
    this.#take(held)
    if (held === 'lost' || held === 'gone') throw new Error('another worker has the place')
    this.#lastSave = 'kept'
    if (!hasInProgress(checkpoint)) this.#owes = false
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
