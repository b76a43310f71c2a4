import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { commandHint } from '../command-hint.js'
import type { RunCommand } from '../commands.js'
import { readText } from '../instance-ids.js'
import { keyPairArgument, parseReference } from '../references.js'
import { usageError } from '../usage-error.js'
import { deleteItemsView } from '../views/items.js'

const treatments = ['refuse', 'detach', 'delete-anyway'] as const

/** Makes the command `delete`: deletes key pairs. */
export function deleteCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('delete')
    .argument('<key-pair...>', keyPairArgument)
    .addOption(
      new Option('--if-in-use <treatment>', 'what to do about a key pair that instances have; default: refuse').choices(
        treatments,
      ),
    )
    .option('--public-key <file>', 'delete only a key pair that has this public key; - is the standard input')
    .action((names, { ifInUse, publicKey: file }) =>
      run(async ({ connect, output, surroundings, limits, fail }) => {
        const printer = output.rows(deleteItemsView)
        const keyPairs = names.map(parseReference)
        const [first] = keyPairs
        if (file !== undefined && keyPairs.length > 1) {
          throw usageError('--public-key is for one key pair', 'Delete the others by themselves.')
        }
        const publicKey = file === undefined ? undefined : await readText(file, surroundings.stdin)
        const { service } = await connect()
        if (first !== undefined && keyPairs.length === 1) {
          const deleted = await service.delete(first, { ifInUse, publicKey, ...limits })
          if (deleted.isErr()) return fail(deleted.error)
          await printer.list([deleted.value], { items: [deleted.value] })
          if (deleted.value.hint !== undefined) await output.note(`hint: ${commandHint(deleted.value.hint)}`)
          return 0
        }
        const deleted = await service.deleteMany(keyPairs, { ifInUse, ...limits })
        const batch = deleted.isOk()
          ? deleted.value
          : deleted.error.code === 'incomplete' && deleted.error.details.batch
        if (batch !== false) await printer.list(batch.items, batch)
        if (deleted.isErr()) return fail(deleted.error)
        if (deleted.value.hint !== undefined) await output.note(`hint: ${commandHint(deleted.value.hint)}`)
        return 0
      }),
    )
}
