import type { ChangedItem, InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord, ItemFailure, KeyPairDriver } from '../contract/driver.js'
import type { BatchCall, ItemResult } from '../engine/batch-call.js'
import type { Operation } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'
import type { TargetKeyPair } from './target-key-pair.js'

/** What sets attaching and detaching apart. */
export interface KeyChange {
  readonly call: 'attach' | 'detach'
  /** What an instance as it was just read comes to without a call; undefined where the call has to be made. */
  resultWithoutCall(record: InstanceRecord): ItemResult | undefined
  /** True if the change is to be seen on the instance, which was read like this before. */
  isDone(record: InstanceRecord, before: InstanceRecord | undefined): boolean
  /** What a refusal of an instance that was read like this comes to. */
  explainRefusal(failure: ItemFailure, before: InstanceRecord | undefined): ItemFailure
  /** The key pair that the change takes the place of. */
  replacedKeyPair(before: InstanceRecord): ChangedItem['replaced']
  /** What to do about instances that were changed. */
  readonly hint?: string
}

/** What to do about instances that were changed, where any were. */
export function hintFor(items: readonly InstanceItem[], { hint }: KeyChange): Pick<InstanceBatch, 'hint'> {
  const isChanged = (item: InstanceItem): boolean => item.status === 'succeeded' && item.changed
  return hint !== undefined && items.some(isChanged) ? { hint } : {}
}

/** The calls that change the keys of instances that were read as `before` has them. */
export function keyChange(
  operation: Operation,
  driver: KeyPairDriver,
  instances: InstanceCapabilities,
  target: TargetKeyPair,
  before: Map<string, InstanceRecord>,
  rules: KeyChange,
): BatchCall {
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
    readBack: async (doubtful) => {
      const seen = await readInstances(operation, driver, instances.read, doubtful)
      const found = new Map<string, ItemResult>()
      for (const [id, record] of seen.unwrapOr(new Map<string, InstanceRecord>())) {
        const end = rules.isDone(record, before.get(id)) ? done : conflicting(rules.resultWithoutCall(record))
        if (end === undefined) before.set(id, record)
        else found.set(id, end)
      }
      return found
    },
    explainRefusal: async (id, failure) => {
      const record = before.get(id)
      // A code that nobody knows may be the one for the wrong power state, which was read.
      const state = failure.code === 'unknown' && record !== undefined ? unfitState(record, instances) : undefined
      return { kind: 'failed', failure: state ? { ...failure, ...state } : rules.explainRefusal(failure, record) }
    },
  }
}

export function keyChangeItem(
  { itemError }: Operation,
  { power: allowed }: InstanceCapabilities,
  rules: KeyChange,
  id: string,
  end: ItemResult,
  before: InstanceRecord | undefined,
): InstanceItem {
  if (end.kind === 'done') {
    const replaced = end.changed && before !== undefined ? rules.replacedKeyPair(before) : undefined
    return { id, status: 'succeeded', changed: end.changed, effect: 'at-next-start', ...(replaced && { replaced }) }
  }
  const known = { power: before?.power, allowed, actual: boundNameOf(before) }
  return end.kind === 'failed'
    ? { id, status: 'failed', error: itemError(id, end.failure, { ...known, outcome: 'none' }) }
    : { id, status: 'unknown', error: itemError(id, end.failure, { ...known, outcome: 'unknown', hint: unknownHint }) }
}

export const unknownHint = 'The change may have happened, or may still happen. The same call may be made again.'

export function boundNameOf(record: InstanceRecord | undefined): string | undefined {
  return record?.keyPair?.name ?? record?.keyPair?.id
}

/** After a send that was not answered, an item that must not be sent again may still change. */
function conflicting(end: ItemResult | undefined): ItemResult | undefined {
  return end?.kind === 'failed' ? { kind: 'unknown', failure: end.failure } : undefined
}

const done: ItemResult = { kind: 'done', changed: true }

/** An instance that would have the whole call refused. */
export function resultWithoutRequest(record: InstanceRecord, instances: InstanceCapabilities): ItemResult | undefined {
  const failure = instances.perItemVerdicts ? undefined : unfitState(record, instances)
  return failure && { kind: 'failed', failure }
}

/** Why this cloud does not change the key of an instance in the power state that was read. */
function unfitState({ power }: InstanceRecord, { power: allowed }: InstanceCapabilities): ItemFailure | undefined {
  if (allowed.includes(power)) return undefined
  const message = `the instance is ${power}, and this cloud changes only ${allowed.join(' or ')} instances`
  return {
    code: 'instance-state',
    message,
    transient: false,
    hint: `Try again when the instance is ${allowed.join(' or ')}.`,
  }
}

export const notListed: Extract<ItemResult, { kind: 'failed' }> = {
  kind: 'failed',
  failure: {
    code: 'not-found',
    message: 'the cloud lists no such instance',
    transient: false,
    hint: 'Check the id, the region and the permission to list instances. A new instance may take a moment to be listed.',
  },
}
