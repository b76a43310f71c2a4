import { ok, type Plan, type Secret } from '@cloud-keypair/core'
import type { ExitCode } from '../exit-codes.js'
import { reportProblem } from '../report-error.js'
import type { Connection, Session } from '../session.js'
import { instanceItemsView } from '../views/items.js'
import { carryOut } from './carry-out-run.js'
import { confirmRestarts, restartsLeft, restartsOf } from './confirm-restarts.js'
import { type Job, keyPairOf } from './job.js'
import { openRuns, type Run, type Runs } from './runs.js'
import { unfinishedRun } from './unfinished-run.js'

/** The start of a job. */
export interface Begin {
  readonly yes: boolean
  /** A plan that was reviewed. Without one, a plan is made for the confirmation. */
  readonly plan?: Plan | undefined
  /** The passphrase of the private key that a rotation saves. */
  readonly passphrase?: Secret | undefined
}

/** Begins a job: asks for a confirmation, writes down the run, and carries it out. */
export async function beginJob(
  session: Session,
  connection: Connection,
  job: Job,
  { yes, plan, passphrase }: Begin,
): Promise<ExitCode> {
  const printer = session.output.rows(instanceItemsView)
  const runs = await openRuns(session.surroundings)
  const earlier = await unfinishedRun(runs, connection, job)
  if (earlier !== undefined) {
    await reportProblem(session.output, {
      code: 'unfinished-run',
      message: `an earlier run for ${keyPairOf(earlier.job)} has not ended: ${earlier.id}`,
      hint: `Finish it with: cloud-keypair resume ${earlier.id}. Or drop it with: cloud-keypair resume ${earlier.id} --forget`,
    })
    return 1
  }
  let expect = plan
  if (!yes) {
    const planned = plan === undefined ? await connection.service.plan(job.request, session.limits) : ok(plan)
    if (planned.isErr()) return session.fail(planned.error)
    expect = planned.value
    if (!(await confirmRestarts(restartsOf(expect), session, job))) return 1
  }
  const { target, location } = connection
  const run = await runs.begin({
    cloud: target.name,
    region: location.region || undefined,
    endpoint: location.endpoint || undefined,
    profile: target.options.profile,
    job,
  })
  return carryOut(session, connection, { runs, run, isResumed: false, printer, expect, passphrase })
}

/** Goes on with a run, from its checkpoint if there is one. Without `yes`, the restarts are confirmed first. */
export async function resumeRun(
  session: Session,
  connection: Connection,
  runs: Runs,
  run: Run,
  { yes, passphrase }: Pick<Begin, 'yes' | 'passphrase'>,
): Promise<ExitCode> {
  const printer = session.output.rows(instanceItemsView)
  let expect: Plan | undefined
  if (!yes) {
    const { resume } = await runs.openCheckpoint(run)
    const left = await restartsLeft(session, connection, run.job, resume)
    if (left.isErr()) return session.fail(left.error)
    expect = left.value.plan
    if (!(await confirmRestarts(left.value.instanceIds, session, run.job))) return 1
  }
  const taken = await runs.takeOver(run)
  return carryOut(session, connection, { runs, run: taken, isResumed: true, printer, expect, passphrase })
}
