import type { InstanceBatch } from '../contract/batch.js'
import type { Checkpoint } from '../contract/checkpoint.js'
import type { KeyPairHandle, Metadata } from '../contract/key-pair-driver.js'
import { type KeyPairError, plainError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Rotation, RotationOptions } from '../contract/rotation.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import type { Failure } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runPart } from '../engine/operation.js'
import { deleteKeyPairs } from '../key-pairs/delete.js'
import { isOtherKey, otherKey } from '../lookup/confirm-key-pair.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { resolveReference, itemId, isNamedBy } from '../lookup/reference.js'
import { type CheckpointHead, isSameKeyPair, differentKeyPair, locationMismatch } from '../restart/checkpoint-fit.js'
import { CheckpointWriter, checkpointKeyPair } from '../restart/checkpoint-writer.js'
import { progressOf } from '../restart/progress.js'
import { err, ok, type Result } from '../result.js'
import { KeyGuard } from './key-guard.js'
import { type KeySource, putNewKeyPair } from './new-key-pair.js'
import { sameKeyPairProblem, sameKeyProblem, sameNameProblem } from './refuse-same-key.js'
import { rollOut } from './roll-out.js'
import type { RollOutInput } from './recognise-key-pairs.js'

type Rotated = Result<Rotation, Failure | KeyPairError<InstanceBatch>>

/**
 * Replaces a key pair: creates the new one, attaches it in waves, and deletes the replaced one when no guest needs it any
 * more.
 */
export async function rotate(
  operation: InstanceOperation,
  handle: KeyPairHandle,
  metadata: Metadata,
  source: KeySource,
  options: RotationOptions,
): Promise<Rotated> {
  const { resume, name } = options
  const found = await runPart(operation, defaultDeadlineMs.batch, (part) => findKeyPair(part, handle))
  // An earlier run may have deleted it.
  const knownOrGone = found.orElse((error): Result<KeyPair, typeof error> => {
    const deleted = error.code === 'not-found' ? resume?.replaced : undefined
    return deleted !== undefined && isNamedBy(handle, deleted) ? ok(deleted) : err(error)
  })
  if (knownOrGone.isErr()) return err(knownOrGone.error)
  const known = knownOrGone.value
  const replaced = found.unwrapOr(undefined)
  const isSame =
    sameNameProblem(known, name) ?? (source.kind === 'given' ? sameKeyProblem(known, source.key) : undefined)
  if (isSame !== undefined) return err(isSame)
  const { provider, location } = operation.driver
  const head: RotationHead = {
    version: 1,
    operation: 'rotate',
    provider,
    ...location,
    keyPair: resume?.keyPair ?? { name },
    replaced: checkpointKeyPair(known),
  }
  const problem = resume && rotationProblem(resume, head, name)
  if (problem !== undefined) return err(problem)
  const checkpoint = new CheckpointWriter(head, options.onCheckpoint)
  for (const instance of resume?.instances ?? []) checkpoint.record(instance)

  const written = await runPart(operation, defaultDeadlineMs.batch, (part) => saveCheckpoint(part, checkpoint))
  if (written.isErr()) return err(written.error)
  const put = await runPart(operation, defaultDeadlineMs.call, (part) =>
    putNewKeyPair(part, { name, metadata, source, earlier: resume?.keyPair, replaced: known }),
  )
  if (put.isErr()) return err(put.error)
  const { keyPair, refusal } = put.value
  const isSamePut = sameKeyPairProblem(known, keyPair)
  if (isSamePut !== undefined) return err({ ...isSamePut, outcome: 'partial' })
  if (refusal === undefined) {
    checkpoint.setHead({ ...head, keyPair: checkpointKeyPair(keyPair) })
    const hint = resume === undefined ? `${isThere} No instance has it yet.` : isThere
    const named = await runPart(operation, defaultDeadlineMs.batch, async (part) =>
      (await saveCheckpoint(part, checkpoint)).mapErr((failure) => ({ ...failure, outcome: 'partial' as const, hint })),
    )
    if (named.isErr()) return err(named.error)
  }
  const newKey = new KeyGuard(keyPair, refusal)
  const mayBeBegun = resume === undefined && source.kind === 'generated' && source.save.load !== undefined
  return replace(operation, { options, replaced, keyPair, newKey, checkpoint, mayBeBegun })
}

async function saveCheckpoint(operation: Operation, checkpoint: CheckpointWriter): Promise<Result<null, Failure>> {
  const failure = await checkpoint.save(operation)
  return failure === undefined ? ok(null) : err(failure)
}

async function replace(operation: InstanceOperation, input: Omit<RollOutInput, 'progress'>): Promise<Rotated> {
  const { context, subject } = operation
  const { options, replaced, keyPair, newKey } = input
  const wasRefused = newKey.refusal !== undefined
  const rolled = await rollOut(operation, { ...input, progress: progressOf(operation, options.onProgress) })
  if (rolled.isErr()) {
    if (wasRefused && rolled.error.code === 'conflict') return err(rolled.error)
    return err(context.asPartial(subject, rolled.error, newKey.refusal === undefined ? isThere : wasThere))
  }
  const batch = rolled.value
  const pendingRestart = batch.succeeded.filter(({ effect }) => effect === 'at-next-start').map(({ id }) => id)
  const isNeeded = pendingRestart.length > 0
  const removed =
    replaced === undefined || isNeeded ? ok(replaced === undefined) : await deleteReplaced(operation, replaced)
  if (removed.isErr()) return err(removed.error)
  const { notLookedAt } = operation.driver.capabilities
  return ok({ keyPair, ...(replaced && { replaced }), removed: removed.value, pendingRestart, batch, notLookedAt })
}

type RotationHead = CheckpointHead & Required<Pick<CheckpointHead, 'replaced'>>

/** Returns the failure of a checkpoint that belongs to another rotation. */
function rotationProblem(checkpoint: Checkpoint, head: RotationHead, name: string): Failure | undefined {
  const problem = locationMismatch(checkpoint, head)
  if (problem !== undefined) return problem
  // Each checkpoint of a rotation names the replaced key pair.
  const { replaced = head.replaced, keyPair } = checkpoint
  if (keyPair.name !== name) return differentKeyPair(keyPair, { name })
  return isSameKeyPair(replaced, head.replaced) ? undefined : differentKeyPair(replaced, head.replaced)
}

const isThere = 'The new key pair exists.'
const wasThere = 'The new key pair was there before. Its name may mean another one now.'

/** Deletes the key pair that was replaced. After a detach a cloud may refuse it for a while: there is time for that. */
async function deleteReplaced(
  operation: Operation,
  replaced: KeyPair,
): Promise<Result<true, Failure | KeyPairError<InstanceBatch>>> {
  const { context, subject, driver } = operation
  const { capabilities } = driver
  const handle = resolveReference(replaced, capabilities)
  if (handle.isErr()) return err({ ...handle.error, outcome: 'partial' })
  const { value } = handle
  const wanted = [{ label: itemId(replaced, capabilities), handle: value }]
  const deleted = await runPart(operation, defaultDeadlineMs.now, async (part) => {
    const now = value.by === 'id' ? ok(replaced) : await findKeyPair(part, value)
    return now.isOk() && isOtherKey(replaced, now.value)
      ? err(otherKey(replaced))
      : deleteKeyPairs(part, wanted, { kind: 'refuse' })
  })
  if (deleted.isErr()) return err(context.asPartial(subject, plainError(deleted.error), left))
  const [kept] = deleted.value.items.filter((item) => item.status !== 'succeeded')
  return kept === undefined ? ok(true) : err(context.asPartial(subject, plainError(kept.error), left))
}

const left = 'Every instance has the new key pair. Delete the replaced key pair.'
