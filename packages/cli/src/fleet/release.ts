import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { usageError } from '../usage-error.js'
import { placeName } from '../views/place-reports.js'
import { failFleet, redisOption, withFleet } from './with-fleet.js'

/** Makes the command `fleet release`: takes a place from a run that was given up. */
export function releaseCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('release')
    .description('take the place of --cloud, --profile and --region from a run that was given up')
    .option('--redis <url>', redisOption)
    .action(({ redis }) =>
      run(async (session) => {
        const { cloud: provider, profile: account, region, endpoint } = session.options
        if (provider === undefined || endpoint !== undefined) {
          const wrong = provider === undefined ? 'no place is given' : 'a place has no endpoint'
          throw usageError(
            wrong,
            'Give --cloud, and --profile and --region as the file of places has account and region.',
          )
        }
        const place = { provider, account, region }
        return withFleet({ redis }, session, async (fleet) => {
          const released = await fleet.release(place)
          if (released.isErr()) return failFleet(released.error, session)
          const { run: id, leftStopped } = released.value
          const { note } = session.output
          await note(
            id === undefined ? `No run has ${placeName(place)}.` : `${placeName(place)} was taken from the run ${id}.`,
          )
          if (leftStopped.length > 0) await note(`These instances may be stopped: ${leftStopped.join(', ')}`, 'bad')
          return 0
        })
      }),
    )
}
