import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Fleet } from '@cloud-keypair/fleet'
import type { RunCommand } from '../commands.js'
import { placeReportsView } from '../views/place-reports.js'
import { showReport } from './show-report.js'
import { failFleet, mustNameNoPlace, redisOption, withFleet } from './with-fleet.js'

/** Describes the argument of a run. */
export const runArgument = 'the id of the run'

/** Makes the command `fleet report`: the outcome of each place. */
export function reportCommand(run: RunCommand): CommandUnknownOpts {
  return ofRun('report', 'show the outcome of each place of a run', 'report', run)
}

/** Makes the command `fleet pause`: no further place is begun. */
export function pauseCommand(run: RunCommand): CommandUnknownOpts {
  return ofRun('pause', 'begin no further place of a run; those under way go on', 'pause', run)
}

/** Makes the command `fleet resume`: goes on after a pause. */
export function resumeCommand(run: RunCommand): CommandUnknownOpts {
  return ofRun('resume', 'go on with a paused run, and let as many places fail again', 'resume', run)
}

/** Makes the command `fleet cancel`: ends a run after its repairs. */
export function cancelCommand(run: RunCommand): CommandUnknownOpts {
  return ofRun('cancel', 'end a run for good; places under way make their repairs first', 'cancel', run)
}

function ofRun(
  name: string,
  description: string,
  method: 'report' | 'pause' | 'resume' | 'cancel',
  run: RunCommand,
): CommandUnknownOpts {
  return new Command(name)
    .description(description)
    .argument('<run>', runArgument)
    .option('--redis <url>', redisOption)
    .action((id, { redis }) =>
      run(async (session) => {
        mustNameNoPlace(session.options)
        const printer = session.output.rows(placeReportsView)
        return withFleet({ redis }, session, async (fleet: Fleet) => {
          const report = await fleet[method](id)
          if (report.isErr()) return failFleet(report.error, session)
          await showReport(report.value, session, printer)
          return 0
        })
      }),
    )
}
