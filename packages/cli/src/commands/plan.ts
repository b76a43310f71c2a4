import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { PlanRequest } from '@cloud-keypair/core'
import type { RunCommand } from '../commands.js'
import type { ExitCode } from '../exit-codes.js'
import { readInstanceIds, readText } from '../instance-ids.js'
import { keyPairArgument, parseReference } from '../references.js'
import { type ChangeArguments, onlyIfVacantOption, withChange } from '../restarts/change.js'
import { restartOptions, restartRequest } from '../restarts/change-options.js'
import type { Session } from '../session.js'
import { parseCount, parseTag } from '../values.js'
import { plannedCallsView } from '../views/plans.js'

/** Makes the command `plan`: the calls that an operation with restarts would make. Only reads. */
export function planCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('plan').addCommand(planOfAttach(run)).addCommand(planOfDetach(run)).addCommand(planOfRotation(run))
}

function planOfAttach(run: RunCommand): CommandUnknownOpts {
  return withChange(new Command('attach').description('plan what attach --now would do'))
    .option('--only-if-vacant', onlyIfVacantOption)
    .action((name, instances, options) =>
      run((session) => planChange('attach', { name, instances, ...options }, session)),
    )
}

function planOfDetach(run: RunCommand): CommandUnknownOpts {
  return withChange(new Command('detach').description('plan what detach --now would do')).action(
    (name, instances, options) => run((session) => planChange('detach', { name, instances, ...options }, session)),
  )
}

async function planChange(
  operation: 'attach' | 'detach',
  { name, instances, idsFrom, onlyIfVacant, ...restarts }: ChangeArguments,
  session: Session,
): Promise<ExitCode> {
  const keyPair = parseReference(name)
  const instanceIds = await readInstanceIds(instances, idsFrom, session.surroundings.stdin)
  const vacant = onlyIfVacant === undefined ? {} : { onlyIfVacant }
  return showPlan(session, { operation, keyPair, instanceIds, ...vacant, ...restartRequest(restarts) })
}

function planOfRotation(run: RunCommand): CommandUnknownOpts {
  return new Command('rotate')
    .description('plan what rotate would do')
    .argument('<key-pair>', keyPairArgument)
    .argument('<new-name>', 'the name of the new key pair')
    .option('--public-key <file>', 'the file of the new public key, if there is one already; - is the standard input')
    .option('--description <text>', 'the description')
    .option('--tag <key=value>', 'a tag; may be repeated', parseTag)
    .option('--group <group>', 'the project or resource group')
    .option('--max-unavailable <count>', restartOptions.maxUnavailable, parseCount)
    .option('--force', restartOptions.force)
    .action((name, newName, { publicKey: file, tag: tags, ...rest }) =>
      run(async (session) => {
        const replaced = parseReference(name)
        const publicKey = file === undefined ? undefined : await readText(file, session.surroundings.stdin)
        const given = { ...(tags && { tags }), ...(publicKey !== undefined && { publicKey }), ...rest }
        return showPlan(session, { operation: 'rotate', replaced, name: newName, ...given })
      }),
    )
}

async function showPlan({ connect, output, limits, fail }: Session, request: PlanRequest): Promise<ExitCode> {
  const printer = output.rows(plannedCallsView)
  const { service } = await connect()
  const planned = await service.plan(request, limits)
  if (planned.isErr()) return fail(planned.error)
  const { calls, refused } = planned.value
  await printer.list(calls, planned.value)
  if (output.isJson) return 0
  for (const { id, code } of refused) await output.note(`${id} would be refused: ${code}`, 'doubtful')
  await output.note('To do this and nothing else, keep the plan with -o json, and give it to: cloud-keypair apply FILE')
  return 0
}
