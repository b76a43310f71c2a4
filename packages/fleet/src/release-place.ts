import { ok, type Result } from '@cloud-keypair/core'
import { foldLines } from '@cloud-keypair/core/file'
import { failed, type FleetError } from './fleet-error.js'
import type { FleetStore } from './fleet-store.js'
import { type Place, placeText } from './place.js'
import type { PlaceOutcome } from './run.js'

/** Takes a place from the run that has it. */
export async function releasePlace(store: FleetStore, place: Place): Promise<Result<null, FleetError>> {
  const run = await store.holderOf(place)
  if (run === undefined) return ok(null)
  const leftStopped = inProgressIn(await store.checkpointOf(run, place))
  const answer = await store.release(run, place, givenUp(leftStopped))
  if (answer === 'free') return ok(null)
  const message = `A worker holds ${placeText(place)} for the run ${run}`
  return failed('conflict', message, 'Cancel the run, or end the worker and wait for its lease to end.')
}

function givenUp(leftStopped: readonly string[]): PlaceOutcome {
  return { status: 'cancelled', code: 'aborted', message: 'the place was released by hand', leftStopped }
}

/** Returns the instances that a checkpoint shows in progress, and that were running before. */
export function inProgressIn(lines: readonly string[]): readonly string[] {
  const instances = lines.length === 0 ? [] : foldLines(lines.join('')).map((checkpoint) => checkpoint.instances)
  const known = 'isOk' in instances ? instances.unwrapOr([]) : instances
  return known.filter(({ step, power }) => step === 'in-progress' && power === 'running').map(({ id }) => id)
}
