import { attaching } from '../attachment/attach-rules.js'
import type { InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { InstanceParts } from '../restart/change-instances.js'
import { conflict } from '../attachment/key-change.js'
import { changeNow } from '../restart/waves.js'
import type { CallFailure, InstanceRecord } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import { completed } from '../engine/batches.js'
import { inBatchTime } from '../engine/in-batch-time.js'
import { batchOf } from '../attachment/check-input.js'
import type { Journal } from '../restart/journal.js'
import type { KeyPair } from '../contract/key-pair.js'
import { refused } from '../restart/restart-items.js'
import { nowSetting } from '../restart/now-setting.js'
import type { Operation } from '../engine/operation.js'
import type { Progress } from '../restart/progress.js'
import { putBack } from './roll-back.js'
import { handleOf } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import type { RotationOptions } from '../contract/rotation.js'
import { everyUser } from '../lookup/rotation-users.js'
import { defaultDeadlineMs } from '../engine/start-operation.js'
import { type Target, targetOf } from '../attachment/target-key-pair.js'

/** What is rolled out, and in whose place. */
export interface RollOut {
  readonly parts: InstanceParts
  readonly options: RotationOptions
  /** Absent where it is gone, which it may be when an earlier run is taken up. */
  readonly former: KeyPair | undefined
  readonly keyPair: KeyPair
  readonly journal: Journal
  readonly progress: Progress
  /** Whether an earlier run, of which no checkpoint is given, may have begun. */
  readonly mayBeBegun: boolean
}

/** How to tell the two key pairs on an instance. */
export interface Targets {
  readonly keyPair: Target
  readonly former: Target | undefined
}

type Rolled<T> = Result<T, KeyPairError<InstanceBatch>>

const mostRounds = 3

/**
 * Gives the new key pair to everybody who has the former one, also to those who come by it meanwhile. Where there is no end
 * of those, they have failed.
 */
export async function rollOut(operation: Operation, plan: RollOut): Promise<Rolled<InstanceBatch>> {
  const targets = await inBatchTime(operation, { outcome: 'none' }, (part) => targetsOf(part, plan))
  if (targets.isErr()) return err(targets.error)
  const had = await usersOf(operation, plan, plan.mayBeBegun ? plan.keyPair : undefined)
  if (had.isErr()) return err(had.error)
  const items = new Map<string, InstanceItem>()
  const left: string[] = []
  for (let round = 0; ; round += 1) {
    const users = await usersOf(operation, plan, plan.former)
    if (users.isErr()) return err(users.error)
    const ids = [
      ...new Set([
        ...(round === 0 ? [...begunBefore(plan), ...had.value.map(({ id }) => id)] : []),
        ...users.value.map(({ id }) => id),
      ]),
    ].filter((id) => !items.has(id))
    if (ids.length > 0 && round < mostRounds) {
      const changed = await changeRound(operation, plan, targets.value, ids)
      if (changed.isErr()) return err(changed.error)
      for (const item of changed.value.items) items.set(item.id, item)
      left.push(...changed.value.leftStopped)
    } else for (const id of ids) items.set(id, refused(operation, id, another))
    const whole = completed(operation.subject, { ...batchOf([...items.values()]), leftStopped: left })
    if (whole.isErr() || ids.length === 0) return whole
  }
}

const another = conflict('it came by the former key pair meanwhile', 'Find out who attaches it, and do the rest again.')

function usersOf(
  operation: Operation,
  { parts }: RollOut,
  keyPair: KeyPair | undefined,
): Promise<Rolled<readonly InstanceRecord[]>> {
  return inBatchTime(operation, { outcome: 'none' }, async (part) =>
    keyPair === undefined ? ok([]) : everyUser(part, parts.driver, keyPair),
  )
}

function begunBefore({ options: { resume }, former }: RollOut): readonly string[] {
  return resume?.instances.filter(({ step }) => former === undefined || step !== 'waiting').map(({ id }) => id) ?? []
}

/** Changes some, the first alone, and gives those that the check rejected the former key pair again. */
async function changeRound(
  operation: Operation,
  plan: RollOut,
  targets: Targets,
  ids: readonly string[],
): Promise<Rolled<InstanceBatch>> {
  const { parts, options, journal, progress } = plan
  progress.expect(ids)
  const { check } = options
  const earlier = options.resume?.instances ?? []
  const rejected = new Map<string, string>()
  const noting = async (id: string, signal: AbortSignal): Promise<void> => {
    rejected.set(id, 'its check came to no end in time')
    try {
      await check?.(id, signal)
      if (!signal.aborted) rejected.delete(id)
    } catch (thrown) {
      rejected.set(id, `its check rejected it: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
      throw thrown
    }
  }
  const rules = attaching(targets.keyPair, parts.instances, false)
  const ruled = { ...options, check: check && noting }
  const changed = await changeNow(
    operation,
    {
      ...nowSetting(parts, targets.keyPair, rules, progress.tell, ruled, journal, earlier),
      canary: !earlier.some(({ power, step }) => power === 'running' && step === 'done'),
      waveDeadlineMs: options.waveDeadlineMs ?? defaultDeadlineMs.now,
      admits: (record) => meddledWith(record, targets),
    },
    ids,
  )
  const batch = changed.orElse((error) => (error.code === 'incomplete' ? ok(error.details.batch) : err(error)))
  if (batch.isErr() || rejected.size === 0) return batch
  return ok(await putBack(operation, plan, targets, batch.value, rejected))
}

/** Why an instance is not changed that has neither key pair any more. */
function meddledWith(record: InstanceRecord, { keyPair, former }: Targets): CallFailure | undefined {
  if (former?.isBound(record) === true || keyPair.isBound(record) === true) return undefined
  if (former === undefined) return conflict('the former key pair is gone, and it has not the new one', 'Attach that.')
  return conflict('it does not have the former key pair any more', 'Somebody changed it meanwhile: find out who.')
}

async function targetsOf(
  operation: Operation,
  { parts, former, keyPair }: RollOut,
): Promise<Result<Targets, CallFailure>> {
  const { driver, instances } = parts
  const of = async (one: KeyPair): Promise<Result<Target, CallFailure>> => {
    const handle = handleOf(one, driver.capabilities)
    return handle.isErr() ? err(handle.error) : targetOf(operation, driver, instances, handle.value, one)
  }
  const target = await of(keyPair)
  if (target.isErr() || former === undefined) return target.map((known) => ({ keyPair: known, former: undefined }))
  return (await of(former)).map((known) => ({ keyPair: target.value, former: known }))
}
