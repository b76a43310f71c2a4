import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { rowsOf } from '../rows-of.js'
import { parseTag } from '../values.js'
import { keyPairsView } from '../views/key-pairs.js'

/** Makes the command `list`: all key pairs, or those that fit. */
export function listCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('list')
    .argument('[pattern]', 'names to list; * stands for any text, and has to be quoted in a shell')
    .option('--tag <key=value>', 'only key pairs that have the tag; may be repeated', parseTag)
    .option('--group <group>', 'only key pairs of the project or resource group')
    .option('--fingerprint <md5>', 'only key pairs with the MD5 fingerprint')
    .action((namePattern, { tag: tags, group, fingerprint }) =>
      run(async ({ connect, output, limits, fail }) => {
        const printer = output.rows(keyPairsView)
        const { service } = await connect()
        const { signal, deadlineMs: pageDeadlineMs } = limits
        const found = service.list({ namePattern, tags, group, fingerprint, signal, pageDeadlineMs })
        const error = await printer.stream(rowsOf(found))
        return error === undefined ? 0 : fail(error)
      }),
    )
}
