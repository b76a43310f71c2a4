import { randomUUID } from 'node:crypto'
import { type KeyPairStore, ok, type Pacer, type Result, ResultAsync } from '@cloud-keypair/core'
import { mustBeObject } from '@cloud-keypair/core/driver'
import type { FleetError } from './fleet-error.js'
import { publicKeyFor, type NewKey } from './new-key.js'
import type { AttachPlace, Place } from './place.js'
import { RedisStore } from './redis-store.js'
import { releasePlace, type Released } from './release-place.js'
import type { FleetEvent, RunLimits, RunReport } from './run.js'
import { moveRun } from './move-run.js'
import { answering } from './answering.js'
import { submit } from './submit.js'
import { watchRun } from './watch-run.js'
import { type FleetWorker, startWorker, type WorkerOptions } from './worker.js'

/** Options of {@link createFleet}. */
export interface FleetOptions {
  /** The URL of Redis: `redis://user:password@host:6379/0`, or `rediss://` with TLS. */
  readonly connection: string
  /** The beginning of every key in Redis. Default: `cloud-keypair`. */
  readonly prefix?: string | undefined
  /**
   * Makes the service of a place, which the fleet closes. Give it the pacer, so that all workers share the rate of the
   * place. A rejection is the outcome of the place (`no-service`).
   */
  readonly services: (place: Place, parts: { readonly pacer: Pacer }) => KeyPairStore | Promise<KeyPairStore>
  /** True if a Redis is used that may lose what it acknowledged. Instances may then stay stopped. Default: false. */
  readonly acceptLoss?: boolean | undefined
}

/** Options of every run. */
export interface RunOptions extends RunLimits {
  /** The id of the run: give the same one again to finish a submission that was cut off. Default: a new one. */
  readonly id?: string | undefined
}

export interface FleetRotateOptions extends RunOptions {
  /** The name of the replaced key pair, in every place. */
  readonly from: string
  readonly to: NewKey
  /** The largest number of instances that a place may have down at once. Default: 1. */
  readonly maxUnavailable?: number | undefined
}

export interface FleetAttachOptions extends RunOptions {
  /** The name of the key pair, in every place. */
  readonly keyPair: string
  /** As in `attach` of a service. Default: `next-restart`. */
  readonly takeEffect?: 'now' | 'next-restart' | undefined
  /** The largest number of instances that a place may have down at once. Default: 1. */
  readonly maxUnavailable?: number | undefined
}

/** Options of {@link Fleet.watch}. */
export interface WatchOptions {
  /** Ends the events within a second. */
  readonly signal?: AbortSignal | undefined
}

/** Runs operations over many places, on any number of machines. */
export interface Fleet {
  /**
   * Submits a rotation in each place: the first alone, then several at once. The private key is made and saved once, here;
   * workers get the public key. Returns the report of the run. Errors: `conflict` names the run that has one of the places.
   */
  rotate(places: readonly Place[], options: FleetRotateOptions): ResultAsync<RunReport, FleetError>
  /** Submits an attach to the instances of each place. */
  attach(places: readonly AttachPlace[], options: FleetAttachOptions): ResultAsync<RunReport, FleetError>
  /** Submits an audit of each place. */
  audit(places: readonly Place[], options?: RunOptions): ResultAsync<RunReport, FleetError>
  /** Works on the runs of the fleet until it is closed. */
  work(options?: WorkerOptions): ResultAsync<FleetWorker, FleetError>
  /**
   * Yields a report, then what happens, until the run is over or the signal is aborted. After a gap it yields a report
   * again.
   */
  watch(id: string, options?: WatchOptions): AsyncIterable<Result<FleetEvent, FleetError>>
  report(id: string): ResultAsync<RunReport, FleetError>
  /** Begins no further place. Those under way go on. */
  pause(id: string): ResultAsync<RunReport, FleetError>
  /** Goes on after a pause, and lets as many places fail again. */
  resume(id: string): ResultAsync<RunReport, FleetError>
  /** Ends a run: places under way make their repairs first. A run that is cancelled stays so. */
  cancel(id: string): ResultAsync<RunReport, FleetError>
  /**
   * Takes a place from a run that was given up, and names the instances that may be stopped, also in the outcome of the
   * place. Refused (`conflict`) while a worker holds the place.
   */
  release(place: Place): ResultAsync<Released, FleetError>
  /** Closes the connections. Workers are closed by themselves. */
  close(): Promise<void>
}

/** Makes a fleet over a Redis. */
export function createFleet(options: FleetOptions): Fleet {
  mustBeObject(options, 'The options of a fleet')
  const { connection, prefix = 'cloud-keypair', services, acceptLoss = false } = options
  for (const [name, text] of Object.entries({ connection, prefix })) {
    if (typeof text !== 'string') throw new TypeError(`The option ${name} must be a string`)
  }
  if (typeof services !== 'function') throw new TypeError('The option services must be a function')
  const redisPrefix = `{${prefix}}`
  const store = new RedisStore(connection, `${redisPrefix}:`)
  const setting = { store, connection, prefix: redisPrefix, services, acceptLoss }
  const run = <T>(work: () => Promise<Result<T, FleetError>>): ResultAsync<T, FleetError> =>
    new ResultAsync(answering(store, work))
  const limitsOf = ({ id = randomUUID(), placesAtOnce = 4, failedPlaces = 0 }: RunOptions) => ({
    id,
    placesAtOnce,
    failedPlaces,
  })
  return {
    rotate: (places, given) => {
      const { from, to, maxUnavailable = 1 } = given
      const request = { operation: 'rotate', from, to: to.name, maxUnavailable } as const
      return run(() =>
        submit(setting, { ...limitsOf(given), request }, places, (ofEarlier) => publicKeyFor(to, ofEarlier)),
      )
    },
    attach: (places, given) => {
      const { keyPair, takeEffect = 'next-restart', maxUnavailable = 1 } = given
      const request = { operation: 'attach', keyPair, takeEffect, maxUnavailable } as const
      return run(() => submit(setting, { ...limitsOf(given), request }, places, async () => ok('')))
    },
    audit: (places, given = {}) => {
      const request = { operation: 'audit' } as const
      return run(() => submit(setting, { ...limitsOf(given), request }, places, async () => ok('')))
    },
    work: (given = {}) => run(() => startWorker(setting, given)),
    watch: (id, { signal } = {}) => watchRun(store, id, signal),
    report: (id) => run(() => store.report(id)),
    pause: (id) => run(() => moveRun(store, id, 'paused', 'by hand')),
    resume: (id) => run(() => moveRun(store, id, 'running', '')),
    cancel: (id) => run(() => moveRun(store, id, 'cancelled', 'by hand')),
    release: (place) => run(() => releasePlace(store, place)),
    close: () => store.close(),
  }
}
