import { access } from 'node:fs/promises'
import type { InstanceItem, Plan, Secret } from '@cloud-keypair/core'
import type { ExitCode } from '../exit-codes.js'
import type { RowPrinter } from '../output/output.js'
import type { Connection, Session } from '../session.js'
import { batchOf, showBatch, showRotation } from '../show-batch.js'
import { checkCommand } from './check-command.js'
import { createLiveView } from './live-view.js'
import { callService, type JobResult } from './call-service.js'
import { trackProgress } from './progress.js'
import type { Run, Runs } from './runs.js'

/** A run that is written down, and how its result is shown. */
interface WrittenRun {
  readonly runs: Runs
  readonly run: Run
  readonly isResumed: boolean
  readonly printer: RowPrinter<InstanceItem>
  /** The plan that was confirmed. */
  readonly expect?: Plan | undefined
  /** The passphrase of the private key that a rotation saves. */
  readonly passphrase: Secret | undefined
}

/** Carries out a run, from its checkpoint if there is one, and forgets it if nothing is left to be done. */
export async function carryOut(
  session: Session,
  { service }: Connection,
  { runs, run, isResumed, printer, expect, passphrase }: WrittenRun,
): Promise<ExitCode> {
  const { surroundings, output, interruptions, limits } = session
  const { job } = run
  const path = runs.checkpointOf(run)
  const { resume, onCheckpoint, written } = await runs.openCheckpoint(run)
  const tracker = trackProgress(() => surroundings.clock?.now() ?? Date.now())
  const command = `cloud-keypair resume ${run.id}`
  let done: JobResult
  {
    using _ = interruptions.guard({ mayBeStopped: tracker.mayBeStopped, resume: command })
    await using view = createLiveView(output, tracker, surroundings)
    done = await callService(service, job, passphrase, {
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
    await written()
  }
  const exitCode =
    done.kind === 'change'
      ? await showBatch(done.result, session, printer)
      : await showRotation(done.result, session, printer)
  if (isComplete(done) || (!isResumed && (await didNothing(done, path)))) await runs.end(run)
  else await output.note(`hint: To finish, run: ${command}`)
  return exitCode
}

function isComplete({ kind, result }: JobResult): boolean {
  return result.isOk() && (kind === 'change' || result.value.removed)
}

/** True if a first run failed before it changed anything. Not for a resumed run: its first run may have changed something. */
async function didNothing({ result }: JobResult, checkpoint: string): Promise<boolean> {
  if (result.isOk()) return false
  const isWritten = await access(checkpoint).then(
    () => true,
    () => false,
  )
  const leftStopped = batchOf(result)?.leftStopped.length ?? 0
  return !isWritten || (result.error.outcome === 'none' && leftStopped === 0)
}
