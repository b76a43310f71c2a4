import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { readText } from '../instance-ids.js'
import { parseTag } from '../values.js'
import { keyPairView } from '../views/key-pairs.js'

/** Makes the command `import`: a key pair of a public key that exists. */
export function importCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('import')
    .argument('<name>', 'the name of the key pair')
    .requiredOption('--public-key <file>', 'the file of the public key, one OpenSSH line; - is the standard input')
    .option('--description <text>', 'the description')
    .option('--tag <key=value>', 'a tag; may be repeated', parseTag)
    .option('--group <group>', 'the project or resource group')
    .action((name, { publicKey: file, description, tag: tags, group }) =>
      run(async ({ connect, output, surroundings, limits, fail }) => {
        const printer = output.rows(keyPairView)
        const publicKey = await readText(file, surroundings.stdin)
        const { service } = await connect()
        const imported = await service.import({ name, publicKey, description, tags, group, ...limits })
        if (imported.isErr()) return fail(imported.error)
        await printer.object(imported.value)
        return 0
      }),
    )
}
