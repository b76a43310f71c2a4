import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Secret } from '@cloud-keypair/core'
import { targetOf } from '../target.js'
import type { RunCommand } from '../commands.js'
import type { View } from '../output/view.js'
import { passphraseSource, readPassphrase } from '../passphrase.js'
import type { GlobalOptions } from '../program.js'
import { type Job, keyPairOf } from '../restarts/job.js'
import { resumeRun } from '../restarts/begin-or-resume.js'
import { isUnderWay, openRuns, type Run } from '../restarts/runs.js'
import { restartOptions } from '../restarts/change-options.js'
import type { Session } from '../session.js'
import { usageError } from '../usage-error.js'

const runsView: View<Run> = {
  columns: {
    run: ({ id }) => id,
    operation: ({ job }) => job.request.operation,
    'key-pair': ({ job }) => keyPairOf(job),
    cloud: ({ cloud }) => cloud,
    region: ({ region }) => region,
    started: ({ startedAt }) => startedAt,
    'under-way': isUnderWay,
  },
  usual: ['run', 'operation', 'key-pair', 'cloud', 'region', 'started', 'under-way'],
  nameOf: ({ id }) => id,
}

/** Makes the command `resume`: finishes an operation with restarts that was cut off. */
export function resumeCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('resume')
    .argument('[run]', 'the run to finish; may be left out if there is one alone')
    .option('--list', 'list the runs that have not ended')
    .option('--forget', 'drop the run, and its checkpoint')
    .option(
      '--take-over',
      'go on, or drop the run, although its process may be there: it has ended, or is another program',
    )
    .option('--passphrase <from>', 'the source of the passphrase of the private key, in place of that of the first run')
    .option('-y, --yes', restartOptions.yes)
    .action((id, { list, forget, takeOver, passphrase: from, yes = false }) =>
      run(async (session) => {
        mustNameNoPlace(session.options)
        const printer = session.output.rows(runsView)
        const runs = await openRuns(session.surroundings)
        const all = await runs.list()
        if (list) {
          await printer.list(all)
          return 0
        }
        if (all.length === 0 && id === undefined) {
          await session.output.note('There is nothing to resume.')
          return 0
        }
        const chosen = chooseRun(all, id)
        if (takeOver !== true) mustNotBeUnderWay(chosen)
        if (forget) {
          await runs.end(chosen)
          return 0
        }
        const passphrase = await passphraseOf(chosen.job, from, session)
        const target = targetOf(chosen.cloud, chosen, session.surroundings)
        return resumeRun(session, await session.connect(target), runs, chosen, { yes, passphrase })
      }),
    )
}

/** Reads the passphrase of a job's private key, from where its first run had it unless another source is given. */
async function passphraseOf(
  { privateKeyFile, passphrase }: Job,
  given: string | undefined,
  session: Session,
): Promise<Secret | undefined> {
  if (privateKeyFile === undefined) {
    if (given === undefined) return undefined
    throw usageError('this run has no private key, so --passphrase has no effect', 'Leave out --passphrase.')
  }
  const source = given === undefined ? passphrase : passphraseSource(given)
  return source === undefined ? undefined : readPassphrase(source, privateKeyFile, session)
}

/** Throws a usage error for a run whose process is there, or may be there on another host. */
function mustNotBeUnderWay(run: Run): void {
  const { id, process } = run
  const underWay = isUnderWay(run)
  if (underWay === 'no') return
  throw usageError(
    underWay === 'yes'
      ? `${id} is still under way, in process ${process.id}`
      : `${id} may still be under way, in process ${process.id} on ${process.host}`,
    'Wait until it has ended. If it has ended, or that process is another program, add --take-over.',
  )
}

/** Throws a usage error for an option that names another place than that of the run. */
function mustNameNoPlace(options: GlobalOptions): void {
  const given = (['cloud', 'region', 'profile', 'endpoint'] as const).find((name) => options[name] !== undefined)
  if (given !== undefined) {
    throw usageError(`a run is resumed where it began, so --${given} does not fit`, `Leave out --${given}.`)
  }
}

function chooseRun(runs: readonly Run[], id: string | undefined): Run {
  const [first, ...others] = id === undefined ? runs : runs.filter((run) => run.id === id)
  if (first === undefined) throw usageError(`there is no run ${id}`, 'cloud-keypair resume --list shows them.')
  if (others.length === 0) return first
  throw usageError(
    `several runs have not ended: ${runs.map((run) => run.id).join(', ')}`,
    'Name one: cloud-keypair resume RUN. cloud-keypair resume --list says more of them.',
  )
}
