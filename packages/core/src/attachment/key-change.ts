import type { ChangedItem, InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord, ItemFailure } from '../contract/key-pair-driver.js'
import type { BatchCall, ItemResult } from '../engine/batch-call.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { changedWithinMs, pollMs, shownWithinMs } from '../engine/time-limits.js'
import { endedFailure, type Failure, refusal } from '../errors/failures.js'
import { failureOfTask } from '../lookup/instance-record.js'
import type { Result } from '../result.js'
import { readToRecognise, type TargetKeyPair } from './target-key-pair.js'

/** The rules in which attach and detach differ. */
export interface ChangeRules {
  readonly call: 'attach' | 'detach'
  /** Returns the result of an instance that needs no call. Undefined if it needs one. */
  resultWithoutCall(record: InstanceRecord): ItemResult | undefined
  /** True if the record shows the change; `before` is the earlier record. */
  isDone(record: InstanceRecord, before: InstanceRecord | undefined): boolean
  /** Explains the refusal of an instance by its earlier record. */
  explainRefusal(failure: ItemFailure, before: InstanceRecord | undefined): ItemFailure
  /** Returns the key pairs that the change replaces. */
  replacedBy(before: InstanceRecord): Pick<ChangedItem, 'replaced' | 'alsoReplaced'>
  /** The advice for instances that were changed. */
  readonly hint?: string
}

/** The results of a change: one item for each given id, in their order. */
export interface ChangedInstances {
  readonly items: readonly InstanceItem[]
  /** The instances that were running, and that the cloud would not start again. */
  readonly leftStopped: readonly string[]
}

/** Returns the advice for a batch in which an instance was changed. */
export function hintFor(items: readonly InstanceItem[], { hint }: ChangeRules): Pick<InstanceBatch, 'hint'> {
  const isChanged = (item: InstanceItem): boolean => item.status === 'succeeded' && item.changed
  return hint !== undefined && items.some(isChanged) ? { hint } : {}
}

/** Makes the batch call of a change; `before` has the earlier records. */
export function keyChangeCall(
  operation: InstanceOperation,
  target: TargetKeyPair,
  before: Map<string, InstanceRecord>,
  rules: ChangeRules,
): BatchCall {
  const { driver, instances } = operation
  return {
    call: rules.call,
    limit: instances.change,
    bytesOf: (id) => driver.bytesOf(rules.call, id),
    readBackBeforeResend: false,
    send: (instanceIds, context) => {
      const request = { keyPair: target.handle, instanceIds }
      return rules.call === 'attach'
        ? driver.doAttachKeyPair(request, context)
        : driver.doDetachKeyPair(request, context)
    },
    readBack: async (unanswered) => {
      const seen = await readToRecognise(operation, target, unanswered)
      const found = new Map<string, ItemResult>()
      for (const [id, record] of seen.unwrapOr(new Map<string, InstanceRecord>())) {
        if (record.isChanging === true) continue
        const end = rules.isDone(record, before.get(id)) ? done : conflicting(rules.resultWithoutCall(record))
        if (end === undefined) before.set(id, record)
        else found.set(id, end)
      }
      return found
    },
    ...(!instances.confirms && {
      confirm: (accepted) =>
        findUnchanged(
          operation,
          (ids) => readToRecognise(operation, target, ids),
          accepted,
          (record) => rules.isDone(record, before.get(record.id)),
        ),
    }),
    explainRefusal: async (id, failure) => {
      const record = before.get(id)
      // An unknown code may mean the wrong power state of the record.
      const state = failure.code === 'unknown' && record !== undefined ? unfitState(record, instances) : undefined
      return { kind: 'failed', failure: state ? { ...failure, ...state } : rules.explainRefusal(failure, record) }
    },
  }
}

export function keyChangeItem(
  { itemError, instances }: InstanceOperation,
  rules: ChangeRules,
  id: string,
  end: ItemResult,
  before: InstanceRecord | undefined,
): InstanceItem {
  if (end.kind === 'done') {
    const replaced = before === undefined ? {} : rules.replacedBy(before)
    return { id, status: 'succeeded', changed: end.changed, effect: 'at-next-start', ...replaced }
  }
  const known = { power: before?.power, allowed: instances.power, actual: boundNameOf(before) }
  return end.kind === 'failed'
    ? { id, status: 'failed', error: itemError(id, end.failure, { ...known, outcome: 'none' }) }
    : { id, status: 'unknown', error: itemError(id, end.failure, { ...known, outcome: 'unknown', hint: unknownHint }) }
}

export const unknownHint = 'The change may have happened, or may still happen. The same call may be made again.'

export function boundNameOf(record: InstanceRecord | undefined): string | undefined {
  return record?.keyPair?.name ?? record?.keyPair?.id
}

/** Returns `unknown` for an item that must not be resent: the unanswered send may still change it. */
function conflicting(end: ItemResult | undefined): ItemResult | undefined {
  return end?.kind === 'failed' ? { kind: 'unknown', failure: end.failure } : undefined
}

const done: ItemResult = { kind: 'done', changed: true }

export const notListed: Extract<ItemResult, { kind: 'failed' }> = {
  kind: 'failed',
  failure: refusal(
    'not-found',
    'the cloud lists no such instance',
    'Check the id, the region and the permission to list instances. A new instance may take a moment to be listed.',
  ),
}

/** Returns the result of an instance that would make the cloud refuse the whole call. */
export function refusedByPowerState(record: InstanceRecord, instances: InstanceCapabilities): ItemResult | undefined {
  const failure = instances.perItemVerdicts ? undefined : unfitState(record, instances)
  return failure && { kind: 'failed', failure }
}

/** Returns the failure of an instance in a power state in which this cloud changes no key. */
function unfitState({ power }: InstanceRecord, { power: allowed }: InstanceCapabilities): ItemFailure | undefined {
  if (allowed.includes(power)) return undefined
  const message = `the instance is ${power}, and this cloud changes only ${allowed.join(' or ')} instances`
  return refusal('instance-state', message, `Try again when the instance is ${allowed.join(' or ')}.`)
}

/**
 * Reads instances until each shows the change that the cloud accepted. Returns the failure of each that does not: the
 * cloud says that its task failed, ended its work on the instance without the change, or did not end in time.
 */
async function findUnchanged(
  operation: Operation,
  read: (ids: readonly string[]) => Promise<Result<ReadonlyMap<string, InstanceRecord>, Failure>>,
  accepted: ReadonlyMap<string, string | undefined>,
  isDone: (record: InstanceRecord) => boolean,
): Promise<ReadonlyMap<string, ItemFailure>> {
  const { clock } = operation.context
  const acceptedAt = clock.now()
  const failures = new Map<string, ItemFailure>()
  let waiting: readonly string[] = [...accepted.keys()]
  do {
    operation.expectCalls(1)
    const records = await read(waiting)
    const waitedMs = clock.now() - acceptedAt
    waiting = waiting.filter((id) => {
      const record = records.map((found) => found.get(id)).unwrapOr(undefined)
      if (record !== undefined && record.isChanging !== true && isDone(record)) return false
      const isLate = waitedMs >= (record?.isChanging === true ? changedWithinMs : shownWithinMs)
      const failure = failureOfTask(record, accepted.get(id)) ?? (isLate ? changeUnseen : undefined)
      if (failure !== undefined) failures.set(id, failure)
      return failure === undefined
    })
    if (waiting.length === 0) return failures
  } while (await operation.sleep(pollMs))
  const cutOff = endedFailure(operation.ended() ?? 'aborted', 'unknown')
  for (const id of waiting) failures.set(id, { ...cutOff, outcome: 'unknown' })
  return failures
}

const changeUnseen: ItemFailure = {
  code: 'timeout',
  message: 'the cloud accepted the change, and the instance did not show it in time',
  outcome: 'unknown',
  transient: false,
}
