import { ok, type Result } from '@cloud-keypair/core'
import { failed, type FleetError } from './fleet-error.js'
import type { FleetStore } from './fleet-store.js'
import { type Place, placeText } from './place.js'
import type { PlaceOutcome } from './run.js'
import { leftStoppedIn, storedCheckpoint } from './stored-checkpoint.js'

/** A place that no run has any more. */
export interface Released {
  /** The run that had it; absent if none had. */
  readonly run?: string
  /** Instances that were running, and may be stopped. */
  readonly leftStopped: readonly string[]
}

/** Takes a place from the run that has it. */
export async function releasePlace(store: FleetStore, place: Place): Promise<Result<Released, FleetError>> {
  const run = await store.holderOf(place)
  if (run === undefined) return ok({ leftStopped: [] })
  const checkpoint = storedCheckpoint(await store.checkpointOf(run, place)).unwrapOr(undefined)
  const leftStopped = leftStoppedIn(checkpoint)
  const answer = await store.release(run, place, givenUp(leftStopped))
  if (answer === 'free') return ok({ run, leftStopped })
  const message = `A worker holds ${placeText(place)} for the run ${run}`
  return failed('conflict', message, 'Cancel the run, or end the worker and wait for its lease to end.')
}

function givenUp(leftStopped: readonly string[]): PlaceOutcome {
  return { status: 'cancelled', code: 'aborted', message: 'the place was released by hand', leftStopped }
}
