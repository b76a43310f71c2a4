import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { tagChanges } from '../metadata-options.js'
import { keyPairArgument, parseReference } from '../references.js'
import { usageError } from '../usage-error.js'
import { parseRepeated, parseTag } from '../values.js'
import { keyPairView } from '../views/key-pairs.js'

/** Makes the command `update`: changes the metadata of a key pair. */
export function updateCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('update')
    .argument('<key-pair>', keyPairArgument)
    .option('--description <text>', 'the description; an empty text clears it')
    .option('--tag <key=value>', 'a tag to set; may be repeated', parseTag)
    .option('--remove-tag <key>', 'a tag to remove; may be repeated', parseRepeated)
    .option('--group <group>', 'the project or resource group')
    .action((name, { description, tag, removeTag, group }) =>
      run(async ({ connect, output, limits, fail }) => {
        const printer = output.rows(keyPairView)
        const keyPair = parseReference(name)
        const tags = tagChanges(tag, removeTag)
        if (description === undefined && tags === undefined && group === undefined) {
          throw usageError('nothing is to be changed', 'Give --description, --tag, --remove-tag or --group.')
        }
        const { service } = await connect()
        const updated = await service.update(keyPair, { description, tags, group, ...limits })
        if (updated.isErr()) return fail(updated.error)
        await printer.object(updated.value)
        return 0
      }),
    )
}
