import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { FleetOptions, Place, WorkerOptions } from '@cloud-keypair/fleet'
import type { RunCommand } from '../commands.js'
import { untilInterrupted } from '../interruption.js'
import { checkCommand } from '../restarts/check-command.js'
import { groupEnder } from '../restarts/group-ender.js'
import { restartOptions } from '../restarts/change-options.js'
import type { Session } from '../session.js'
import type { Surroundings } from '../surroundings.js'
import { resolveTarget } from '../target.js'
import { isUsageError } from '../usage-error.js'
import { parseCount, parseDuration } from '../values.js'
import { placeName } from '../views/place-reports.js'
import { withInstances } from '../with-instances.js'
import { acceptLossOption, failFleet, mustNameNoPlace, redisOption, withFleet } from './with-fleet.js'

const longestCallMs = 20_000

/** Makes the command `fleet work`: works on all runs until Ctrl-C. */
export function workCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('work')
    .description('work on all runs until Ctrl-C; start it on as many machines as you like')
    .option('--redis <url>', redisOption)
    .option('--places-at-once <count>', 'places of a run that this process works on at once; default: 2', parseCount)
    .option(
      '--lease <duration>',
      'the time after which another worker goes on, if this one dies; a third of it, at most 20s, is the time-out of a call; default: 60s',
      parseDuration,
    )
    .option(
      '--check <command>',
      `${restartOptions.check}, and $CLOUD_KEYPAIR_CLOUD, $CLOUD_KEYPAIR_PROFILE and $CLOUD_KEYPAIR_REGION are its place`,
    )
    .option('--accept-loss', acceptLossOption)
    .action(({ redis, placesAtOnce, lease: leaseMs = 60_000, check: command, acceptLoss }) =>
      run(async (session) => {
        mustNameNoPlace(session.options)
        const { interruptions, output, surroundings } = session
        const callMs = Math.min(longestCallMs, Math.floor(leaseMs / 3))
        const check = command === undefined ? undefined : checkOfPlace(command, surroundings)
        return withFleet({ redis, acceptLoss, services: placeServices(session, callMs) }, session, async (fleet) => {
          const worker = await fleet.work({ leaseMs, callMs, placesAtOnce, check })
          if (worker.isErr()) return failFleet(worker.error, session)
          using _ = interruptions.guard({ mayBeStopped: () => [], resume: 'cloud-keypair fleet work' })
          await output.note('Working on all runs until Ctrl-C.')
          await untilInterrupted(interruptions.signal)
          await worker.value.close()
          return 0
        })
      }),
    )
}

/** Makes the service of a place as --cloud, --profile and --region would, and says why if there is none. */
function placeServices({ surroundings, output }: Session, attemptTimeoutMs: number): FleetOptions['services'] {
  return async (place, { pacer }) => {
    try {
      const { provider: cloud, account: profile, region } = place
      const target = resolveTarget({ cloud, profile, region, endpoint: undefined }, surroundings)
      const { createDriver } = await target.cloud.load()
      const { clock, random } = surroundings
      const driver = withInstances(createDriver(target.options))
      return createKeyPairService(driver, { pacer, attemptTimeoutMs, testing: { clock, random } })
    } catch (thrown) {
      if (isUsageError(thrown)) await output.note(`error: ${placeName(place)}: ${thrown.message}`, 'bad')
      throw thrown
    }
  }
}

/** Makes the check of a command that knows the place of the instance. */
function checkOfPlace(command: string, { environment }: Surroundings): NonNullable<WorkerOptions['check']> {
  const endGroup = groupEnder()
  return ({ provider, account, region }: Place, instanceId, signal) => {
    const place = {
      CLOUD_KEYPAIR_CLOUD: provider,
      CLOUD_KEYPAIR_PROFILE: account,
      CLOUD_KEYPAIR_REGION: region,
    }
    return checkCommand(command, { ...environment, ...place }, undefined, endGroup)(instanceId, signal)
  }
}
