import { err, ok, type Random, type Result } from '@cloud-keypair/core'
import type { MemoryTraits } from '../traits.js'
import type { RefusedCall, Refusal, Verdict } from './answer.js'
import type { CallItem, Moment } from './gateway.js'
import * as refusals from './refusals.js'

/** How the items of one call are judged and done. */
export interface Judging {
  readonly traits: MemoryTraits
  readonly random: Random
  readonly moment: Moment
  /** What is said of an item that does not exist. */
  readonly gone: Refusal
  /** Why an item is refused; undefined where it is not. */
  refuse(item: CallItem): Refusal | undefined
  /** Does what was asked for an item that was not refused. */
  apply(item: CallItem): void
}

/** Judges all items first, so that a call that is refused for one of them changes none. */
export function judgeItems(items: readonly CallItem[], judging: Judging): Result<readonly Verdict[], RefusedCall> {
  const { traits, moment, random } = judging
  const verdicts = items.map((item): Verdict => {
    const refusal = struck(item, judging) ?? judging.refuse(item)
    return { id: item.key, ...(refusal && { refusal }) }
  })
  const refusal = verdicts.find((verdict) => verdict.refusal !== undefined)?.refusal
  if (refusal !== undefined && traits.refusal !== 'per-item') {
    const alike = verdicts.filter((verdict) => verdict.refusal?.code === refusal.code).map(({ id }) => id)
    return err({ ...refusal, culprits: traits.refusal === 'whole-call-named' ? alike : [] })
  }
  for (const [index, item] of items.entries()) if (verdicts[index]?.refusal === undefined) judging.apply(item)
  const told = damaged(verdicts, items, moment)
  return ok(traits.verdictOrder === 'shuffled' ? shuffled(told, random) : told)
}

function struck(item: CallItem, { moment: { fault }, gone }: Judging): Refusal | undefined {
  if (fault?.kind !== 'items' || !isAmong(fault.ids, item)) return undefined
  switch (fault.as) {
    case 'gone':
      return gone
    case 'throttled':
      return refusals.tooManyRequests
    case 'strange':
      return refusals.strange
  }
}

function damaged(verdicts: readonly Verdict[], items: readonly CallItem[], { fault }: Moment): readonly Verdict[] {
  switch (fault?.kind) {
    case 'omits':
      return verdicts.filter((_, index) => items[index] === undefined || !isAmong(fault.ids, items[index]))
    case 'foreign':
      return [{ id: 'nobody-asked' }, ...verdicts]
    case 'repeats':
      return [...verdicts, ...verdicts.slice(0, 1)]
    default:
      return verdicts
  }
}

function isAmong(ids: readonly string[], { key, label }: CallItem): boolean {
  return ids.includes(key) || ids.includes(label)
}

/** The same items in another order (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1))
}
