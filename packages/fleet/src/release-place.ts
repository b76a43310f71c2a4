import { ok, type Result } from '@cloud-keypair/core'
import { failed, type FleetError } from './fleet-error.js'
import type { FleetStore } from './fleet-store.js'
import { type Place, placeText } from './place.js'
import type { PlaceOutcome } from './run.js'
import { mayBeStopped, storedCheckpoint } from './stored-checkpoint.js'

/** Takes a place from the run that has it. */
export async function releasePlace(store: FleetStore, place: Place): Promise<Result<null, FleetError>> {
  const run = await store.holderOf(place)
  if (run === undefined) return ok(null)
  const checkpoint = storedCheckpoint(await store.checkpointOf(run, place)).unwrapOr(undefined)
  const answer = await store.release(run, place, givenUp(mayBeStopped(checkpoint)))
  if (answer === 'free') return ok(null)
  const message = `A worker holds ${placeText(place)} for the run ${run}`
  return failed('conflict', message, 'Cancel the run, or end the worker and wait for its lease to end.')
}

function givenUp(leftStopped: readonly string[]): PlaceOutcome {
  return { status: 'cancelled', code: 'aborted', message: 'the place was released by hand', leftStopped }
}
