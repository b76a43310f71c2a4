import { err, ok, type Random, type Result } from '@cloud-keypair/core'
import type { MemoryTraits } from '../traits.js'
import type { RefusedCall, Refusal, Verdict } from './answer.js'
import type { CallItem, Moment } from './gateway.js'
import * as refusals from './refusals.js'

/** The rules by which one call judges and changes its items. */
export interface Judging {
  readonly verdictOrder: MemoryTraits['verdictOrder']
  /** The form of a refusal of items before any change. */
  readonly refusal: MemoryTraits['refusal']
  readonly random: Random
  readonly moment: Moment
  /** The refusal of an item that does not exist. */
  readonly gone: Refusal
  /** The id of the work on the items, if it is not over with the answer. */
  readonly task?: string | undefined
  /** Returns the refusal of an item. Undefined if it is not refused. */
  refuse(item: CallItem): Refusal | undefined
  /** Changes an item that was not refused. */
  apply(item: CallItem): void
}

/** Judges all items first, so that a call that is refused for one of them changes none. Then changes them one by one. */
export function judgeItems(items: readonly CallItem[], judging: Judging): Result<readonly Verdict[], RefusedCall> {
  const { moment, random, verdictOrder, task } = judging
  const refused = new Map<string, Refusal>()
  for (const item of items) {
    const refusal = isGone(item, moment) ? judging.gone : judging.refuse(item)
    if (refusal !== undefined) refused.set(item.key, refusal)
  }
  const [first] = refused.values()
  if (first !== undefined && judging.refusal !== 'per-item') {
    const alike = [...refused].filter(([, { code }]) => code === first.code).map(([key]) => key)
    return err({ ...first, culprits: judging.refusal === 'whole-call-named' ? alike : [] })
  }
  const verdicts = items.map((item): Verdict => {
    const refusal = refused.get(item.key) ?? failed(item, moment)
    if (refusal !== undefined) return { id: item.key, refusal }
    judging.apply(item)
    return { id: item.key, ...(task !== undefined && { task }) }
  })
  const told = damaged(verdicts, items, moment)
  return ok(verdictOrder === 'shuffled' ? shuffled(told, random) : told)
}

function isGone(item: CallItem, { fault }: Moment): boolean {
  return fault?.kind === 'items' && fault.as === 'gone' && isAmong(fault.ids, item)
}

/** Returns the fault of an item during its change. */
function failed(item: CallItem, { fault }: Moment): Refusal | undefined {
  if (fault?.kind !== 'items' || fault.as === 'gone' || !isAmong(fault.ids, item)) return undefined
  const { message } = fault
  return { ...refusalsOfItems[fault.as], ...(message !== undefined && { message }) }
}

const refusalsOfItems = {
  throttled: refusals.tooManyRequests,
  failed: refusals.internalError,
  'no-stock': refusals.noStock,
  strange: refusals.strange,
} as const

function damaged(verdicts: readonly Verdict[], items: readonly CallItem[], { fault }: Moment): readonly Verdict[] {
  switch (fault?.kind) {
    case 'omits': {
      const omitted = new Set(items.filter((item) => isAmong(fault.ids, item)).map(({ key }) => key))
      return verdicts.filter(({ id }) => !omitted.has(id))
    }
    case 'foreign':
      return [{ id: 'nobody-asked' }, ...verdicts]
    case 'repeats':
      return [...verdicts, ...verdicts.slice(0, 1)]
    case 'contradicts': {
      const refused = verdicts.map(({ id }): Verdict => ({ id, refusal: refusals.strange }))
      return fault.first === 'refused' ? [...refused, ...verdicts] : [...verdicts, ...refused]
    }
    default:
      return verdicts
  }
}

function isAmong(ids: readonly string[], { key, label }: CallItem): boolean {
  return ids.includes(key) || ids.includes(label)
}

/** Returns the items in another order (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1))
}
