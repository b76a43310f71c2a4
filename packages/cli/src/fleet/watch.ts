import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { FleetError, Fleet, RunReport } from '@cloud-keypair/fleet'
import type { RunCommand } from '../commands.js'
import type { ExitCode } from '../exit-codes.js'
import type { Session } from '../session.js'
import { placeReportsView } from '../views/place-reports.js'
import { createRunView } from './run-view.js'
import { runArgument } from './runs.js'
import { showReport } from './show-report.js'
import { failFleet, mustNameNoPlace, redisOption, withFleet } from './with-fleet.js'

/** Makes the command `fleet watch`: follows a run to its end. */
export function watchCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('watch')
    .description('follow a run to its end; exit code 3 if a place did not succeed')
    .argument('<run>', runArgument)
    .option('--redis <url>', redisOption)
    .action((id, { redis }) =>
      run(async (session) => {
        mustNameNoPlace(session.options)
        const printer = session.output.rows(placeReportsView)
        return withFleet({ redis }, session, async (fleet) => {
          const problem = await follow(fleet, id, session)
          if (problem !== undefined) return failFleet(problem, session)
          const report = await fleet.report(id)
          if (report.isErr()) return failFleet(report.error, session)
          await showReport(report.value, session, printer)
          return exitCodeOf(report.value)
        })
      }),
    )
}

/** Shows the events of a run until its end, an interruption or --timeout. */
async function follow(fleet: Fleet, id: string, { limits, output }: Session): Promise<FleetError | undefined> {
  const { signal: interrupted, deadlineMs } = limits
  const signal =
    deadlineMs === undefined ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(deadlineMs)])
  await using view = createRunView(output)
  for await (const event of fleet.watch(id, { signal })) {
    if (event.isErr()) return event.error
    await view.show(event.value)
  }
  return undefined
}

function exitCodeOf({ total, succeeded, failed, cancelled }: RunReport): ExitCode {
  if (succeeded === total) return 0
  return succeeded + failed + cancelled < total ? 75 : 3
}
