import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { RunCommand } from '../commands.js'
import { keyPairArgument, parseReference } from '../references.js'
import { rowsOf } from '../rows-of.js'
import { usagesView } from '../views/bindings.js'

/** Makes the command `usages`: the instances that have a key pair. */
export function usagesCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('usages').argument('<key-pair>', keyPairArgument).action((name) =>
    run(async ({ connect, output, limits, fail }) => {
      const printer = output.rows(usagesView)
      const keyPair = parseReference(name)
      const { service } = await connect()
      const { signal, deadlineMs: pageDeadlineMs } = limits
      const error = await printer.stream(rowsOf(service.usages(keyPair, { signal, pageDeadlineMs })))
      return error === undefined ? 0 : fail(error)
    }),
  )
}
