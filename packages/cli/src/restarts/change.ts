import type { Command } from '@commander-js/extra-typings'
import type { ExitCode } from '../exit-codes.js'
import { idsFromOption, instanceArgument, readInstanceIds } from '../instance-ids.js'
import { keyPairArgument, parseReference } from '../references.js'
import type { Session } from '../session.js'
import { showBatch } from '../show-batch.js'
import { parseCount } from '../values.js'
import { instanceItemsView } from '../views/items.js'
import { mustBeForNow, restartOptions, type RestartOptions, restartRequest } from './change-options.js'
import { beginJob } from './begin-or-resume.js'

/** Describes the option `--only-if-vacant`. */
export const onlyIfVacantOption = 'refuse an instance that has another key pair, instead of replacing that'

/** The options of an attach or a detach, and of a plan of one. */
type PlannedChange = {
  idsFrom?: string
  maxUnavailable?: number
  force?: true
  restartUnchanged: boolean
}

/** The options of an attach or a detach that a plan does not have. */
type RestartsNow = {
  now?: true
  check?: string
  yes?: true
}

/** Adds what attach, detach and their plans take: a key pair, instances, and how they are restarted. */
export function withChange(command: Command): Command<[string, string[]], PlannedChange> {
  return command
    .argument('<key-pair>', keyPairArgument)
    .argument('[instance...]', instanceArgument)
    .option('--ids-from <file>', idsFromOption)
    .option('--max-unavailable <count>', restartOptions.maxUnavailable, parseCount)
    .option('--force', restartOptions.force)
    .option('--no-restart-unchanged', restartOptions.restartUnchanged)
}

/** Adds what attach and detach take: whether they restart, with which check, and without a question. */
export function withRestarts(command: Command): Command<[string, string[]], PlannedChange & RestartsNow> {
  return withChange(command)
    .option('--now', restartOptions.now)
    .option('--check <command>', restartOptions.check)
    .option('-y, --yes', restartOptions.yes)
}

/** The arguments and options of an attach, a detach, or a plan of one. */
export interface ChangeArguments extends RestartOptions {
  readonly name: string
  readonly instances: readonly string[]
  readonly idsFrom?: string | undefined
  readonly now?: true | undefined
  readonly onlyIfVacant?: true | undefined
}

/** Attaches or detaches a key pair, with restarts or without. */
export async function change(
  operation: 'attach' | 'detach',
  { name, instances, idsFrom, now, onlyIfVacant, ...restarts }: ChangeArguments,
  session: Session,
): Promise<ExitCode> {
  if (now !== true) mustBeForNow(restarts)
  const printer = session.output.rows(instanceItemsView)
  const keyPair = parseReference(name)
  const instanceIds = await readInstanceIds(instances, idsFrom, session.surroundings.stdin)
  const connection = await session.connect()
  const vacant = onlyIfVacant === undefined ? {} : { onlyIfVacant }
  if (now === true) {
    const { check, yes = false } = restarts
    const request = { operation, keyPair, instanceIds, ...vacant, ...restartRequest(restarts) }
    return beginJob(session, connection, { request, check }, { yes })
  }
  const options = { ...vacant, ...session.limits }
  return showBatch(await connection.service[operation](keyPair, instanceIds, options), session, printer)
}
