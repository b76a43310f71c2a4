import { access } from 'node:fs/promises'
import type { InstanceItem, Plan } from '@cloud-keypair/core'
import { checkpointFile } from '@cloud-keypair/core/file'
import type { ExitCode } from '../exit-codes.js'
import type { RowPrinter } from '../output/output.js'
import { batchOf, showBatch, showRotation } from '../show-batch.js'
import type { Connection, Session } from '../session.js'
import { instanceItemsView } from '../views/items.js'
import { checkCommand } from './check-command.js'
import { confirmRestarts, restartsOf } from './confirm-restarts.js'
import { type Job, keyPairOf } from './job.js'
import { createLiveView } from './live-view.js'
import { perform, type Performed } from './perform.js'
import { trackProgress } from './progress.js'
import { openRuns, type Run, type Runs } from './runs.js'

/** The start of a job. */
export interface Begin {
  readonly yes: boolean
  /** A plan that was reviewed. Without one, a plan is made for the confirmation. */
  readonly plan?: Plan | undefined
}

/** Begins a job: asks for a confirmation, writes down the run, and carries it out. */
export async function beginJob(
  session: Session,
  connection: Connection,
  job: Job,
  { yes, plan }: Begin,
): Promise<ExitCode> {
  const printer = session.output.rows(instanceItemsView)
  const runs = await openRuns(session.surroundings)
  const earlier = await unfinishedRun(runs, connection, job)
  if (earlier !== undefined) {
    await session.output.note(`error: an earlier run for ${keyPairOf(job)} has not ended: ${earlier.id}`, 'bad')
    await session.output.note(
      `hint: Finish it with: cloud-keypair resume ${earlier.id}. Or drop it with: cloud-keypair resume ${earlier.id} --forget`,
    )
    return 1
  }
  let expect = plan
  if (!yes) {
    const planned = plan === undefined ? await connection.service.plan(job.request, session.limits) : undefined
    if (planned?.isErr()) return session.fail(planned.error)
    expect = planned?.isOk() ? planned.value : plan
    if (expect === undefined || !(await confirmRestarts(restartsOf(expect), session, job))) return 1
  }
  const { name, options } = connection.target
  const { region, endpoint, profile } = options
  const run = await runs.begin({ cloud: name, region, endpoint, profile, job })
  return carryOut(session, connection, runs, run, printer, expect)
}

/** Goes on with a run, from its checkpoint if there is one. */
export async function resumeRun(session: Session, connection: Connection, runs: Runs, run: Run): Promise<ExitCode> {
  const printer = session.output.rows(instanceItemsView)
  return carryOut(session, connection, runs, await runs.begin(run, run.id), printer)
}

async function carryOut(
  session: Session,
  { service }: Connection,
  runs: Runs,
  run: Run,
  printer: RowPrinter<InstanceItem>,
  expect?: Plan,
): Promise<ExitCode> {
  const { surroundings, output, interruptions, limits } = session
  const { job } = run
  const path = runs.checkpointOf(run)
  const { resume, onCheckpoint } = await checkpointFile(path)
  const tracker = trackProgress(() => surroundings.clock?.now() ?? Date.now())
  const command = `cloud-keypair resume ${run.id}`
  let performed: Performed
  {
    using _ = interruptions.guard({ mayBeStopped: tracker.mayBeStopped, resume: command })
    await using view = createLiveView(output, tracker, surroundings)
    performed = await perform(service, job, {
      ...limits,
      ...(job.check !== undefined && {
        check: checkCommand(job.check, surroundings.environment, job.privateKeyFile),
      }),
      onProgress: (event) => {
        tracker.take(event)
        view.show(event)
      },
      onCheckpoint,
      resume,
      ...(resume === undefined && expect !== undefined && { expect }),
    })
  }
  const exitCode =
    performed.kind === 'change'
      ? await showBatch(performed.result, session, printer)
      : await showRotation(performed.result, session, printer)
  if (await mayEnd(performed, path)) await runs.end(run)
  else await output.note(`hint: To finish, run: ${command}`)
  return exitCode
}

/** True if nothing is left to be done by a later run. */
async function mayEnd({ kind, result }: Performed, checkpoint: string): Promise<boolean> {
  if (result.isOk()) return kind === 'change' || result.value.removed
  const isWritten = await access(checkpoint).then(
    () => true,
    () => false,
  )
  const leftStopped = batchOf(result)?.leftStopped.length ?? 0
  return !isWritten || (result.error.outcome === 'none' && leftStopped === 0)
}

/** Returns a run of the same operation on the same key pair that has not ended well. */
async function unfinishedRun(runs: Runs, { target }: Connection, job: Job): Promise<Run | undefined> {
  const { region, endpoint } = target.options
  return (await runs.list()).find(
    (run) =>
      run.cloud === target.name &&
      run.region === region &&
      run.endpoint === endpoint &&
      run.job.request.operation === job.request.operation &&
      keyPairOf(run.job) === keyPairOf(job),
  )
}
