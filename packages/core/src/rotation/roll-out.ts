import { attachRules } from '../attachment/attach-rules.js'
import type { ChangedInstances } from '../attachment/key-change.js'
import type { InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import { toBatch, toResult } from '../engine/batch-result.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { type Failure, refusal } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runPart } from '../engine/operation.js'
import { findAllUsers } from '../lookup/find-instances.js'
import { refusedItem } from '../restart/restart-items.js'
import { restartSettings } from '../restart/restart-settings.js'
import { runWaves } from '../restart/waves.js'
import { err, ok, type Result } from '../result.js'
import { unfitForRotation, type RollOutInput, type RotationTargets, resolveTargets } from './recognise-key-pairs.js'
import { rollBack, saveStep } from './roll-back.js'

type Rolled<T> = Result<T, Failure | KeyPairError<InstanceBatch>>

const maxRounds = 3

/**
 * Attaches the new key pair to every instance that has the replaced one. Lists them again after each round, up to three
 * times; instances that still appear then fail.
 */
export async function rollOut(operation: InstanceOperation, input: RollOutInput): Promise<Rolled<InstanceBatch>> {
  const targets = await runPart(operation, defaultDeadlineMs.batch, (part) => resolveTargets(part, input))
  if (targets.isErr()) return err(targets.error)
  if (input.newKey.refusal !== undefined) return withdraw(operation, input, targets.value, nobody, input.newKey.refusal)
  const had = await findRotationUsers(operation, input.mayBeBegun ? input.keyPair : undefined)
  if (had.isErr()) return err(had.error)
  const begun = [...inProgressIds(input), ...had.value.map(({ id }) => id)]
  const items = new Map<string, InstanceItem>()
  const left: string[] = []
  for (let round = 0; ; round += 1) {
    const users = await findRotationUsers(operation, input.replaced)
    if (users.isErr()) return err(users.error)
    const ids = [...new Set([...begun, ...users.value.map(({ id }) => id)])].filter((id) => !items.has(id))
    if (round < maxRounds) {
      const changed = await changeRound(operation, input, targets.value, ids)
      if (changed.isErr()) return err(changed.error)
      for (const item of changed.value.items) items.set(item.id, item)
      left.push(...changed.value.leftStopped)
    } else for (const id of ids) items.set(id, refusedItem(operation, id, attachedMeanwhile))
    const done = { items: [...items.values()], leftStopped: left }
    // The round that finds nobody is the last one: the key is compared once more before the replaced pair is deleted.
    const confirmed = ids.length > 0 ? ok(null) : await confirmNewKey(operation, input)
    const { refusal } = input.newKey
    if (refusal !== undefined) return withdraw(operation, input, targets.value, done, refusal)
    if (confirmed.isErr()) return err(confirmed.error)
    const whole = toResult(operation.subject, asBatch(done))
    if (whole.isErr() || ids.length === 0) return whole
  }
}

const nobody: ChangedInstances = { items: [], leftStopped: [] }

function asBatch({ items, leftStopped }: ChangedInstances): InstanceBatch {
  return toBatch(items, { leftStopped })
}

function confirmNewKey(operation: Operation, { newKey }: RollOutInput): Promise<Rolled<null>> {
  return runPart(operation, defaultDeadlineMs.batch, (part) => newKey.confirmKeyPair(part))
}

/** Ends a roll-out whose new name means another key: rolls back every instance that was given the name. */
async function withdraw(
  operation: InstanceOperation,
  input: RollOutInput,
  targets: RotationTargets,
  changed: ChangedInstances,
  refusal: Failure,
): Promise<Rolled<InstanceBatch>> {
  const begun = input.options.resume?.instances.filter(({ step }) => step !== 'waiting') ?? []
  const touched = changed.items.filter((item) => item.status === 'succeeded' || item.error.outcome !== 'none')
  const ids = new Set([...touched, ...begun].map(({ id }) => id))
  if (ids.size === 0) return err(refusal)
  const known = new Set(changed.items.map(({ id }) => id))
  const others = [...ids].filter((id) => !known.has(id)).map((id) => refusedItem(operation, id, refusal))
  const all = { items: [...changed.items, ...others], leftStopped: changed.leftStopped }
  const rejected = new Map([...ids].map((id) => [id, refusal] as const))
  const inProgress = begun.filter(({ step }) => step === 'in-progress')
  // Also those that were done: a resume finishes a roll back that is cut off. No instance may keep a stranger's key if this
  // cannot be saved.
  await saveStep(operation, input, [...ids], 'in-progress')
  const back = await rollBack(operation, input, targets, { changed: all, rejected, inProgress })
  return toResult(operation.subject, asBatch(back))
}

const attachedMeanwhile = refusal(
  'conflict',
  'the replaced key pair was attached to the instance during the rotation',
  'Stop what attaches the replaced key pair, then rotate again.',
)

function findRotationUsers(
  operation: Operation,
  keyPair: KeyPair | undefined,
): Promise<Rolled<readonly InstanceRecord[]>> {
  return runPart(operation, defaultDeadlineMs.batch, async (part) =>
    keyPair === undefined ? ok([]) : findAllUsers(part, keyPair),
  )
}

function inProgressIds({ options: { resume }, replaced }: RollOutInput): readonly string[] {
  return resume?.instances.filter(({ step }) => replaced === undefined || step !== 'waiting').map(({ id }) => id) ?? []
}

/** Changes some instances, the first alone, and rolls back those that failed the caller's check. */
async function changeRound(
  operation: InstanceOperation,
  input: RollOutInput,
  targets: RotationTargets,
  ids: readonly string[],
): Promise<Rolled<ChangedInstances>> {
  const { options, checkpoint, progress, newKey } = input
  progress.expect(ids)
  const earlier = options.resume?.instances ?? []
  const settings = restartSettings(operation, {
    target: targets.keyPair,
    rules: attachRules(targets.keyPair, operation.instances, false),
    options,
    checkpoint,
    earlier,
    tell: progress.tell,
    firstAlone: !earlier.some(({ power, step }) => power === 'running' && step === 'done'),
    waveDeadlineMs: options.waveDeadlineMs ?? defaultDeadlineMs.now,
    whyUnfit: (record) => unfitForRotation(record, targets),
    confirmKey: (part) => newKey.confirmName(part),
  })
  const changed = await runWaves(operation, settings, ids)
  if (changed.isErr()) return err(changed.error)
  const { rejected } = changed.value
  if (rejected.size === 0) return changed
  return ok(await rollBack(operation, input, targets, { changed: changed.value, rejected, inProgress: [] }))
}
