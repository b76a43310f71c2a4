import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { resolveTarget } from '../target.js'
import type { RunCommand } from '../commands.js'
import { examine } from '../doctor.js'
import { type Check, checksView } from '../views/checks.js'

/** `doctor`: credentials, region, connection, clock and permissions, without a change. */
export function doctorCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('doctor').action(() =>
    run(async (session) => {
      const { options, output, surroundings } = session
      const printer = output.rows(checksView)
      const checks = await examine(resolveTarget(options, surroundings), session)
      await printer.list(checks)
      for (const [hint, of] of checksByHint(checks)) await output.note(`hint: ${of.join(', ')}: ${hint}`)
      await output.note(
        'The permissions to change something cannot be tried without a change. What each operation needs is in docs/permissions.md.',
      )
      const failed = checks.filter(({ status }) => status === 'failed')
      if (failed.length === 0) return 0
      return failed.some(({ check }) => check === 'credentials' || check.startsWith('permission')) ? 4 : 1
    }),
  )
}

/** Returns each hint once, with the checks that it is for. */
function checksByHint(checks: readonly Check[]): ReadonlyMap<string, readonly string[]> {
  const byHint = new Map<string, readonly string[]>()
  for (const { check, hint } of checks) {
    if (hint !== undefined) byHint.set(hint, [...(byHint.get(hint) ?? []), check])
  }
  return byHint
}
