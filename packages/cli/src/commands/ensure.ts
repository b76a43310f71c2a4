import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { readText } from '../instance-ids.js'
import { tagChanges } from '../metadata-options.js'
import { parseRepeated, parseTag } from '../values.js'
import { keyPairView } from '../views/key-pairs.js'

/** Makes the command `ensure`: a key pair is there, has this key, and these metadata. */
export function ensureCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('ensure')
    .argument('<name>', 'the name of the key pair')
    .requiredOption('--public-key <file>', 'the file of the public key, one OpenSSH line; - is the standard input')
    .option('--description <text>', 'the description; an empty text clears it')
    .option('--tag <key=value>', 'a tag to set; may be repeated', parseTag)
    .option('--remove-tag <key>', 'a tag to remove; may be repeated', parseRepeated)
    .option('--group <group>', 'the project or resource group')
    .action((name, { publicKey: file, description, tag, removeTag, group }) =>
      run(async ({ connect, output, surroundings, limits, fail }) => {
        const printer = output.rows(keyPairView)
        const tags = tagChanges(tag, removeTag)
        const publicKey = await readText(file, surroundings.stdin)
        const { service } = await connect()
        const ensured = await service.ensure({ name, publicKey, description, tags, group, ...limits })
        if (ensured.isErr()) return fail(ensured.error)
        await printer.object(ensured.value)
        const { duplicates } = ensured.value
        if (duplicates.length > 0) {
          await output.note(`Other key pairs have that name: ${duplicates.map(({ id }) => id).join(', ')}`, 'doubtful')
        }
        return 0
      }),
    )
}
