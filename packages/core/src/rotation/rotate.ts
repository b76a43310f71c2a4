import type { InstanceBatch } from '../contract/batch.js'
import type { Checkpoint } from '../contract/checkpoint.js'
import type { CallFailure, KeyPairDriver, KeyPairHandle, Metadata } from '../contract/driver.js'
import { type KeyPairError, plainError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Rotation, RotationOptions } from '../contract/rotation.js'
import { defaultDeadlineMs } from '../engine/deadlines.js'
import type { Failure } from '../engine/failures.js'
import { runBatchPart, type Operation, runPart } from '../engine/operation.js'
import type { InstanceParts } from '../engine/prepared-operation.js'
import { asPartial } from '../engine/to-error.js'
import { deleteKeyPairs } from '../key-pairs/delete.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { resolveReference, itemId, isNamedBy } from '../lookup/reference.js'
import {
  type CheckpointHead,
  isSameKeyPair,
  CheckpointWriter,
  checkpointKeyPair,
  differentKeyPair,
  locationMismatch,
} from '../restart/checkpoint-writer.js'
import { progressOf } from '../restart/progress.js'
import { err, ok, type Result } from '../result.js'
import { type KeySource, putNewKeyPair } from './new-key-pair.js'
import { rollOut } from './roll-out.js'

type Rotated = Result<Rotation, KeyPairError<InstanceBatch>>

/**
 * Replaces a key pair: the new one is put in place, attached in waves, and the replaced one removed when nobody needs
 * it.
 */
export async function rotate(
  operation: Operation,
  parts: InstanceParts,
  handle: KeyPairHandle,
  metadata: Metadata,
  source: KeySource,
  options: RotationOptions,
): Promise<Rotated> {
  const { driver } = parts
  const { resume, name } = options
  const found = await runBatchPart(operation, { outcome: 'none' }, (part) => findKeyPair(part, driver, handle))
  const isGone = found.isErr() && found.error.code === 'not-found' && resume !== undefined
  if (found.isErr() && !isGone) return err(found.error)
  const replaced = found.isOk() ? found.value : undefined
  const { provider, location } = driver
  const head: CheckpointHead = {
    version: 1,
    operation: 'rotate',
    provider,
    ...location,
    keyPair: resume?.keyPair ?? { name },
    ...(replaced === undefined
      ? resume?.replaced && { replaced: resume.replaced }
      : { replaced: checkpointKeyPair(replaced) }),
  }
  const problem = resume && rotationProblem(resume, head, name, handle)
  if (problem !== undefined) return err(operation.error(problem, { outcome: 'none' }))
  const checkpoint = new CheckpointWriter(head, options.onCheckpoint)
  for (const instance of resume?.instances ?? []) checkpoint.record(instance)

  const written = await runBatchPart(operation, { outcome: 'none' }, (part) => writeIn(part, checkpoint))
  if (written.isErr()) return err(written.error)
  const put = await runPart(operation, defaultDeadlineMs.call, (part) =>
    putNewKeyPair(part, driver, name, metadata, source, resume?.keyPair),
  )
  if (put.isErr()) return err(put.error)
  const keyPair = put.value
  checkpoint.setHead({ ...head, keyPair: checkpointKeyPair(keyPair) })
  const hint = resume === undefined ? `${isThere} No instance has it yet.` : isThere
  const named = await runBatchPart(operation, { outcome: 'partial', hint }, (part) => writeIn(part, checkpoint))
  if (named.isErr()) return err(named.error)
  const mayBeBegun = resume === undefined && source.kind === 'generated' && source.save.load !== undefined
  return replace(operation, parts, options, replaced, keyPair, checkpoint, mayBeBegun)
}

async function writeIn(operation: Operation, checkpoint: CheckpointWriter): Promise<Result<null, Failure>> {
  const lost = await checkpoint.save(operation)
  return lost === undefined ? ok(null) : err(lost)
}

async function replace(
  operation: Operation,
  parts: InstanceParts,
  options: RotationOptions,
  replaced: KeyPair | undefined,
  keyPair: KeyPair,
  checkpoint: CheckpointWriter,
  mayBeBegun: boolean,
): Promise<Rotated> {
  const progress = progressOf(operation, options.onProgress)
  const rolled = await rollOut(operation, { parts, options, replaced, keyPair, checkpoint, progress, mayBeBegun })
  if (rolled.isErr()) return err(asPartial(operation, rolled.error, isThere))
  const batch = rolled.value
  const pendingRestart = batch.succeeded.filter(({ effect }) => effect === 'at-next-start').map(({ id }) => id)
  const isNeeded = pendingRestart.length > 0
  const removed =
    replaced === undefined || isNeeded
      ? ok(replaced === undefined)
      : await deleteReplaced(operation, parts.driver, replaced)
  if (removed.isErr()) return err(removed.error)
  const notLookedAt = ['launch templates', 'scaling groups'] as const
  return ok({ keyPair, ...(replaced && { replaced }), removed: removed.value, pendingRestart, batch, notLookedAt })
}

/** Returns the failure of a checkpoint that belongs to another rotation. */
function rotationProblem(
  checkpoint: Checkpoint,
  head: CheckpointHead,
  name: string,
  handle: KeyPairHandle,
): CallFailure | undefined {
  const problem = locationMismatch(checkpoint, head)
  if (problem !== undefined) return problem
  const { replaced, keyPair } = checkpoint
  if (keyPair.name !== name) return differentKeyPair(keyPair, { name })
  const isReplaced = replaced !== undefined && head.replaced !== undefined && isSameKeyPair(replaced, head.replaced)
  return isReplaced && isNamedBy(handle, replaced)
    ? undefined
    : differentKeyPair(replaced ?? { name: '' }, head.replaced ?? { name: '' })
}

const isThere = 'The new key pair is in place.'

/** Deletes the key pair that was replaced. After a detach a cloud may refuse it for a while: there is time for that. */
async function deleteReplaced(
  operation: Operation,
  driver: KeyPairDriver,
  replaced: KeyPair,
): Promise<Result<true, KeyPairError<InstanceBatch>>> {
  const { capabilities } = driver
  const handle = resolveReference(replaced, capabilities)
  if (handle.isErr()) return err(operation.error(handle.error, { outcome: 'partial' }))
  const wanted = [{ label: itemId(replaced, capabilities), handle: handle.value }]
  const deleted = await runPart(operation, defaultDeadlineMs.now, (part) =>
    deleteKeyPairs(part, driver, wanted, { kind: 'refuse' }),
  )
  if (deleted.isErr()) return err(asPartial(operation, plainError(deleted.error), left))
  const [item] = deleted.value.items
  return item === undefined || item.status === 'succeeded'
    ? ok(true)
    : err(asPartial(operation, plainError(item.error), left))
}

const left = 'Every instance has the new key pair. Delete the replaced one.'
