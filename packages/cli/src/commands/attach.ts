import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Run } from '../commands.js'
import { idsFromOption, instanceArgument, readInstanceIds } from '../instance-ids.js'
import { keyPairArgument, parseReference } from '../references.js'
import { mustBeForNow, restartOptions, restartRequest } from '../restarts/change-options.js'
import { beginJob } from '../restarts/run-restarts.js'
import { showBatch } from '../show-batch.js'
import { parseCount } from '../values.js'
import { instanceItemsView } from '../views/items.js'

/** Makes the command `attach`: attaches a key pair to instances, with restarts or without. */
export function attachCommand(run: Run): CommandUnknownOpts {
  return new Command('attach')
    .argument('<key-pair>', keyPairArgument)
    .argument('[instance...]', instanceArgument)
    .option('--ids-from <file>', idsFromOption)
    .option('--only-if-vacant', 'refuse an instance that has another key pair, instead of replacing that')
    .option('--now', restartOptions.now)
    .option('--max-unavailable <count>', restartOptions.maxUnavailable, parseCount)
    .option('--force', restartOptions.force)
    .option('--no-restart-unchanged', restartOptions.restartUnchanged)
    .option('--check <command>', restartOptions.check)
    .option('-y, --yes', restartOptions.yes)
    .action((name, given, { idsFrom, now = false, onlyIfVacant, ...restarts }) =>
      run(async (session) => {
        if (!now) mustBeForNow(restarts)
        const printer = session.output.rows(instanceItemsView)
        const keyPair = parseReference(name)
        const instanceIds = await readInstanceIds(given, idsFrom, session.surroundings.stdin)
        const connection = await session.connect()
        if (!now) {
          const result = await connection.service.attach(keyPair, instanceIds, { onlyIfVacant, ...session.limits })
          return showBatch(result, session, printer)
        }
        const { check, yes = false } = restarts
        const request = { operation: 'attach' as const, keyPair, instanceIds, ...restartRequest(restarts) }
        const vacant = onlyIfVacant === undefined ? request : { ...request, onlyIfVacant }
        return beginJob(session, connection, { request: vacant, check }, { yes })
      }),
    )
}
