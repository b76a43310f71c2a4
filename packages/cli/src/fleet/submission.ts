import { randomBytes } from 'node:crypto'
import type { Command } from '@commander-js/extra-typings'
import type { ResultAsync } from '@cloud-keypair/core'
import type { Fleet, FleetError, RunOptions, RunReport } from '@cloud-keypair/fleet'
import type { ExitCode } from '../exit-codes.js'
import type { Session } from '../session.js'
import { parseCount, parseWhole } from '../values.js'
import { placeReportsView } from '../views/place-reports.js'
import { placesOption } from './places-file.js'
import { showReport } from './show-report.js'
import { acceptLossOption, failFleet, redisOption, withFleet } from './with-fleet.js'

/** The options of every submission. */
export type SubmissionOptions = {
  places: string
  id?: string
  placesAtOnce?: number
  failedPlaces?: number
  redis?: string
  acceptLoss?: true
}

/** Adds the options of every submission. */
export function withSubmission(command: Command): Command<[], SubmissionOptions> {
  return command
    .requiredOption('--places <file>', placesOption)
    .option('--id <run>', 'the id of the run; give the same one again to finish a submission that was cut off')
    .option('--places-at-once <count>', 'places at once, after the first alone; default: 4', parseCount)
    .option('--failed-places <count>', 'places that may fail before the run pauses; default: 0', parseWhole)
    .option('--redis <url>', redisOption)
    .option('--accept-loss', acceptLossOption)
}

/** Submits a run, and shows it. */
export async function submit(
  operation: 'rotate' | 'attach' | 'audit',
  { id = newId(operation), placesAtOnce, failedPlaces, redis, acceptLoss }: SubmissionOptions,
  session: Session,
  send: (fleet: Fleet, options: RunOptions) => ResultAsync<RunReport, FleetError>,
): Promise<ExitCode> {
  const { output } = session
  const printer = output.rows(placeReportsView)
  return withFleet({ redis, acceptLoss }, session, async (fleet) => {
    // Known before anything is written, so that a submission that is cut off can be finished.
    await output.note(`The run is ${id}.`)
    const report = await send(fleet, { id, placesAtOnce, failedPlaces })
    if (report.isErr()) return failFleet(report.error, session)
    await showReport(report.value, session, printer)
    await output.note(
      `hint: Workers carry it out: cloud-keypair fleet work. To follow it: cloud-keypair fleet watch ${id}`,
    )
    return 0
  })
}

function newId(operation: string): string {
  const time = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)
  return `${operation}-${time}-${randomBytes(2).toString('hex')}`
}
