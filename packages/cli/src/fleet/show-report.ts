import type { PlaceReport, RunReport } from '@cloud-keypair/fleet'
import type { RowPrinter } from '../output/output.js'
import type { Session } from '../session.js'
import { placeName } from '../views/place-reports.js'

/** Shows each place of a run, how far the run is, and what there is to do. */
export async function showReport(
  report: RunReport,
  { output }: Session,
  printer: RowPrinter<PlaceReport>,
): Promise<void> {
  const { id, state, reason, total, succeeded, failed, cancelled, places } = report
  await printer.list(places, report)
  const counts = `${succeeded} of ${total} places succeeded, ${failed} failed, ${cancelled} cancelled`
  await output.note(`The run ${id} is ${state}${reason === undefined ? '' : ` (${reason})`}: ${counts}.`)
  for (const { place, outcome } of places) {
    if (outcome === undefined || outcome.status === 'succeeded' || outcome.leftStopped.length === 0) continue
    await output.note(`${placeName(place)}: these instances may be stopped: ${outcome.leftStopped.join(', ')}`, 'bad')
  }
  if (state === 'paused') {
    await output.note(
      `hint: To go on, run: cloud-keypair fleet resume ${id}. To end it: cloud-keypair fleet cancel ${id}`,
    )
  }
}
