import type { Batch, BatchItem } from '../contract/batch.js'
import { mustBeList, mustBeText, nameProblem } from '../engine/type-checks.js'
import type { CallFailure } from '../contract/driver.js'
import { quote } from '../engine/to-error.js'
import { badArgument } from '../lookup/reference.js'

const longestInstanceId = 256

export function mustBeInstanceIds(ids: readonly string[]): void {
  mustBeList(ids, 'Instance ids are given as an array of strings')
  ids.forEach((id, index) => mustBeText(id, `The instance id at index ${index}`))
}

/** Why one of these cannot be an instance id anywhere; undefined where all may be. */
export function instanceIdProblem(ids: readonly string[]): CallFailure | undefined {
  for (const [index, id] of ids.entries()) {
    const problem = nameProblem(id, longestInstanceId)
    if (problem !== undefined)
      return badArgument(`${quote(id)}, at index ${index}, cannot be an instance id: ${problem}`)
  }
  return undefined
}

/** A batch of items, with its views. */
export function batchOf<Item extends BatchItem>(items: readonly Item[]): Batch<Item> {
  const of = <Status extends Item['status']>(status: Status): Extract<Item, { status: Status }>[] =>
    items.filter((item): item is Extract<Item, { status: Status }> => item.status === status)
  return { items, succeeded: of('succeeded'), failed: of('failed'), unknown: of('unknown') }
}
