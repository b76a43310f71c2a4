import type { InstanceBatch, InstanceItem, KeyPairError, Result, Rotation } from '@cloud-keypair/core'
import { commandHint } from './command-hint.js'
import type { ExitCode } from './exit-codes.js'
import type { RowPrinter } from './output/output.js'
import type { Session } from './session.js'

type Changed = Result<InstanceBatch, KeyPairError<InstanceBatch>>
type Rotated = Result<Rotation, KeyPairError<InstanceBatch>>

/** Shows every item of a batch, whatever its end, and then what went wrong. Returns the exit code. */
export async function showBatch(
  result: Changed,
  session: Session,
  printer: RowPrinter<InstanceItem>,
): Promise<ExitCode> {
  const batch = batchOf(result)
  if (batch !== undefined) await printer.list(batch.items, batch)
  await noteOnBatch(batch, session)
  return result.isOk() ? 0 : session.fail(result.error)
}

/** Shows every instance of a rotation, whatever its end, and what is left to do. Returns the exit code. */
export async function showRotation(
  result: Rotated,
  session: Session,
  printer: RowPrinter<InstanceItem>,
): Promise<ExitCode> {
  const batch = batchOf(result)
  if (batch !== undefined) await printer.list(batch.items, result.isOk() ? result.value : { batch })
  await noteOnBatch(batch, session)
  if (result.isErr()) return session.fail(result.error)
  const { keyPair, replaced, removed, pendingRestart, notLookedAt } = result.value
  const { note } = session.output
  await note(
    `${keyPair.name} is in place${removed ? `, and ${replaced?.name ?? 'the replaced key pair'} was deleted` : ''}.`,
  )
  if (pendingRestart.length > 0) {
    await note(`Still needed until their next start by: ${pendingRestart.join(', ')}`, 'doubtful')
  }
  await note(`Not checked: ${notLookedAt.join(', ')}.`)
  return 0
}

/** Returns the batch of a result, if it has one. */
export function batchOf(result: Changed | Rotated): InstanceBatch | undefined {
  if (result.isErr()) return result.error.code === 'incomplete' ? result.error.details.batch : undefined
  return 'batch' in result.value ? result.value.batch : result.value
}

async function noteOnBatch(batch: InstanceBatch | undefined, { output }: Session): Promise<void> {
  if (batch?.hint !== undefined) await output.note(`hint: ${commandHint(batch.hint)}`)
  if (batch !== undefined && batch.leftStopped.length > 0) {
    await output.note(`These instances may be stopped: ${batch.leftStopped.join(', ')}`, 'bad')
  }
}
