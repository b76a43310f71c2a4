import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { change, onlyIfVacantOption, withRestarts } from '../restarts/change.js'

/** Makes the command `attach`: attaches a key pair to instances, with restarts or without. */
export function attachCommand(run: RunCommand): CommandUnknownOpts {
  return withRestarts(new Command('attach'))
    .option('--only-if-vacant', onlyIfVacantOption)
    .action((name, instances, options) => run((session) => change('attach', { name, instances, ...options }, session)))
}
