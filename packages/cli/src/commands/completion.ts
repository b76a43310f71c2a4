import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { script } from '@bomb.sh/tab'
import type { RunCommand } from '../commands.js'

/** Makes the command `completion`: a script that completes commands and options in a shell. */
export function completionCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action((shell) =>
      run(async () => {
        script(shell, 'cloud-keypair', 'cloud-keypair')
        return 0
      }),
    )
}
