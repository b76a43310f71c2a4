import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Binding } from '@cloud-keypair/core'
import type { RunCommand } from '../commands.js'
import type { ExitCode } from '../exit-codes.js'
import { idsFromOption, instanceArgument, readInstanceIds } from '../instance-ids.js'
import { bindingsView } from '../views/bindings.js'

/** Makes the command `which`: the key pair that each instance has. */
export function whichCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('which')
    .argument('[instance...]', instanceArgument)
    .option('--ids-from <file>', idsFromOption)
    .action((given, { idsFrom }) =>
      run(async ({ connect, output, surroundings, limits, fail }) => {
        const printer = output.rows(bindingsView)
        const ids = await readInstanceIds(given, idsFrom, surroundings.stdin)
        const { service } = await connect()
        const read = await service.bindings(ids, limits)
        if (read.isErr()) return fail(read.error)
        await printer.list(read.value)
        return exitCodeOfBindings(read.value)
      }),
    )
}

/** Returns 6 if no instance exists, 3 if some do not. */
function exitCodeOfBindings(bindings: readonly Binding[]): ExitCode {
  const missing = bindings.filter(({ status }) => status === 'not-found').length
  if (missing === 0) return 0
  return missing === bindings.length ? 6 : 3
}
