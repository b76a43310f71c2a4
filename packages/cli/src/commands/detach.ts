import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Run } from '../commands.js'
import { idsFromOption, instanceArgument, readInstanceIds } from '../instance-ids.js'
import { keyPairArgument, parseReference } from '../references.js'
import { mustBeForNow, restartOptions, restartRequest } from '../restarts/change-options.js'
import { beginJob } from '../restarts/run-restarts.js'
import { showBatch } from '../show-batch.js'
import { parseCount } from '../values.js'
import { instanceItemsView } from '../views/items.js'

/** Makes the command `detach`: detaches a key pair from instances, with restarts or without. */
export function detachCommand(run: Run): CommandUnknownOpts {
  return new Command('detach')
    .argument('<key-pair>', keyPairArgument)
    .argument('[instance...]', instanceArgument)
    .option('--ids-from <file>', idsFromOption)

    .option('--now', restartOptions.now)
    .option('--max-unavailable <count>', restartOptions.maxUnavailable, parseCount)
    .option('--force', restartOptions.force)
    .option('--no-restart-unchanged', restartOptions.restartUnchanged)
    .option('--check <command>', restartOptions.check)
    .option('-y, --yes', restartOptions.yes)
    .action((name, given, { idsFrom, now = false, ...restarts }) =>
      run(async (session) => {
        if (!now) mustBeForNow(restarts)
        const printer = session.output.rows(instanceItemsView)
        const keyPair = parseReference(name)
        const instanceIds = await readInstanceIds(given, idsFrom, session.surroundings.stdin)
        const connection = await session.connect()
        if (!now) {
          const result = await connection.service.detach(keyPair, instanceIds, session.limits)
          return showBatch(result, session, printer)
        }
        const { check, yes = false } = restarts
        const request = { operation: 'detach' as const, keyPair, instanceIds, ...restartRequest(restarts) }

        return beginJob(session, connection, { request, check }, { yes })
      }),
    )
}
