import type { Result } from '@cloud-keypair/core'
import { failed, type FleetError } from './fleet-error.js'
import type { FleetStore } from './fleet-store.js'
import type { PlaceOutcome, RunReport } from './run.js'

/** The outcome of a place that was not begun when its run was cancelled. */
const notBegun: PlaceOutcome = {
  status: 'cancelled',
  code: 'aborted',
  message: 'the run was cancelled before this place was begun',
  leftStopped: [],
}

/** Moves a run to a state. Refused if the run is over, or in a state that does not lead there. */
export async function moveRun(
  store: FleetStore,
  id: string,
  to: 'running' | 'paused' | 'cancelled',
  reason: string,
): Promise<Result<RunReport, FleetError>> {
  const from = await store.move(id, to, reason, notBegun)
  const report = await store.report(id)
  if (from === undefined || report.isErr() || report.value.state === to) return report
  return failed('conflict', `The run ${id} is ${report.value.state}`, 'Only a run that is running or paused goes on.')
}
