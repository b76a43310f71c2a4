import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { keyPairArgument, parseReference } from '../references.js'
import { keyPairView } from '../views/key-pairs.js'

/** Makes the command `show`: one key pair with all of its fields. */
export function showCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('show').argument('<key-pair>', keyPairArgument).action((name) =>
    run(async ({ connect, output, limits, fail }) => {
      const printer = output.rows(keyPairView)
      const keyPair = parseReference(name)
      const { service } = await connect()
      const found = await service.get(keyPair, limits)
      if (found.isErr()) return fail(found.error)
      await printer.object(found.value)
      return 0
    }),
  )
}
