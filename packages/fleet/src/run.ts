import type { AuditReport, KeyPairErrorCode } from '@cloud-keypair/core'
import type { AttachPlace, Place } from './place.js'

/** The operation of a run, as Redis keeps it: without secrets. */
export type RunRequest =
  | {
      readonly operation: 'rotate'
      /** The name of the replaced key pair. */
      readonly from: string
      /** The name of the new key pair. */
      readonly to: string
      readonly publicKey: string
      readonly maxUnavailable: number
    }
  | {
      readonly operation: 'attach'
      /** The name of the key pair. */
      readonly keyPair: string
      readonly takeEffect: 'now' | 'next-restart'
      readonly maxUnavailable: number
    }
  | { readonly operation: 'audit' }

/** The limits of a run: places at once, and places that may fail. */
export interface RunLimits {
  /** The largest number of places at once, after the first. Default: 4. */
  readonly placesAtOnce?: number | undefined
  /**
   * The number of places that may fail. With one more, the run pauses. Places that are under way then go on and may fail
   * too. Default: 0.
   */
  readonly failedPlaces?: number | undefined
}

/**
 * The state of a run. `submitting`: not all places are there yet, and none is begun. `paused`: no further place is begun.
 * `cancelled`: what is under way is repaired and ended. `finished`: every place has an outcome.
 */
export type RunState = 'submitting' | 'running' | 'paused' | 'cancelled' | 'finished'

/** The outcome of the operation in one place. */
export type PlaceOutcome =
  | {
      readonly status: 'succeeded'
      /** The number of instances that were changed. */
      readonly changed: number
      /** Instances that accept the replaced key pair until their next start. */
      readonly pendingRestart: readonly string[]
      /** The findings of an audit. */
      readonly audit?: AuditReport | undefined
    }
  | {
      readonly status: 'failed' | 'cancelled'
      readonly code: KeyPairErrorCode | 'no-service' | 'too-many-starts'
      readonly message: string
      /** Instances that were running, and may be stopped. */
      readonly leftStopped: readonly string[]
    }

/** One place in a report. */
export interface PlaceReport {
  readonly place: Place | AttachPlace
  /** Absent until the place has ended. */
  readonly outcome?: PlaceOutcome
  /** The number of times that a worker began or resumed the place. More than one: what was in progress was restarted again. */
  readonly starts: number
}

/** The report of a run. */
export interface RunReport {
  readonly id: string
  readonly state: RunState
  /** The reason of a pause or a cancel. */
  readonly reason?: string | undefined
  readonly request: RunRequest
  readonly total: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  /** In the order that the places were given in. */
  readonly places: readonly PlaceReport[]
}

/** An event that `watch` yields: a report at the start, after a gap and at the end, else a change of the run. */
export type FleetEvent =
  | { readonly kind: 'report'; readonly report: RunReport }
  | { readonly kind: 'begun'; readonly place: Place; readonly starts: number }
  | { readonly kind: 'progress'; readonly place: Place; readonly done: number; readonly total: number }
  | { readonly kind: 'ended'; readonly place: Place; readonly outcome: PlaceOutcome }
  | { readonly kind: 'state'; readonly state: RunState; readonly reason?: string | undefined }
