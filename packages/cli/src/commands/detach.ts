import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { change, withRestarts } from '../restarts/change.js'

/** Makes the command `detach`: detaches a key pair from instances, with restarts or without. */
export function detachCommand(run: RunCommand): CommandUnknownOpts {
  return withRestarts(new Command('detach')).action((name, instances, options) =>
    run((session) => change('detach', { name, instances, ...options }, session)),
  )
}
