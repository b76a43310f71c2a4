import type { Batch, BatchItem, FailedItem } from '../contract/batch.js'
import { type AnyBatch, keyPairError, type KeyPairError, reasonOf } from '../contract/error.js'
import { err, ok, type Result } from '../result.js'
import type { Subject } from '../errors/failures.js'
import { errorMessage } from '../errors/to-error.js'

/** Returns `Ok` if every item succeeded, else the error `incomplete` with the whole batch. */
export function toResult<B extends AnyBatch>(subject: Subject, batch: B): Result<B, KeyPairError<B>> {
  return batch.succeeded.length === batch.items.length ? ok(batch) : err(incompleteError(subject, batch))
}

/**
 * Makes the error of a batch in which not every item succeeded. Its message says the one cause if there is one, else how
 * many items came to each code; before that, what was not done because of it.
 */
export function incompleteError<B extends AnyBatch>(subject: Subject, batch: B, undone?: string): KeyPairError<B> {
  const cause = commonCause(batch)
  const counts = `${countsOf(batch)}: ${cause === undefined ? codesOf(batch) : reasonOf(cause)}`
  const reason = undone === undefined ? counts : `${undone}: ${counts}`
  return keyPairError({
    code: 'incomplete',
    message: errorMessage(subject, reason, cause?.code ?? 'incomplete', cause?.vendor),
    reason,
    outcome: outcomeOf(batch),
    retry: 'after-check',
    provider: subject.provider,
    operation: subject.operation,
    details: { batch },
    hint: cause?.hint ?? 'Each item in details.batch has its own result.',
  })
}

function countsOf({ items, succeeded, failed, unknown }: AnyBatch): string {
  const counts = [
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} unknown`] : []),
    ...(succeeded.length > 0 ? [`${succeeded.length} succeeded`] : []),
  ]
  return `of ${items.length} ${items.length === 1 ? 'item' : 'items'}, ${counts.join(', ')}`
}

/** Returns the error of the first item that did not succeed if all of them came to the same. */
function commonCause({ failed, unknown }: AnyBatch): KeyPairError | undefined {
  const [first] = failed.length > 0 ? failed : unknown
  if (first === undefined) return undefined
  const { error } = first
  for (const items of [failed, unknown]) {
    for (const { error: other } of items) if (other !== error && !isSameCause(other, error)) return undefined
  }
  return error
}

function isSameCause(one: KeyPairError, other: KeyPairError): boolean {
  return one.code === other.code && one.vendor?.code === other.vendor?.code && one.hint === other.hint
}

function codesOf({ failed, unknown }: AnyBatch): string {
  const counts = new Map<string, number>()
  for (const items of [failed, unknown]) {
    for (const { error } of items) counts.set(error.code, (counts.get(error.code) ?? 0) + 1)
  }
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ')
}

function outcomeOf(batch: AnyBatch): 'none' | 'partial' | 'unknown' {
  if (batch.unknown.length > 0) return 'unknown'
  const items: readonly BatchItem[] = batch.items
  const touched = items.some((item) => ('changed' in item && item.changed === true) || isPartial(item))
  return touched ? 'partial' : 'none'
}

function isPartial(item: BatchItem | FailedItem): boolean {
  return 'error' in item && item.error.outcome === 'partial'
}

/** Makes a batch of items, with its views, and with more that is known of it. Its JSON has each item once. */
export function toBatch<Item extends BatchItem, More extends object>(
  items: readonly Item[],
  more: More,
): Batch<Item> & More {
  const succeeded: Extract<Item, { status: 'succeeded' }>[] = []
  const failed: Extract<Item, { status: 'failed' }>[] = []
  const unknown: Extract<Item, { status: 'unknown' }>[] = []
  for (const item of items) {
    if (hasStatus(item, 'succeeded')) succeeded.push(item)
    else if (hasStatus(item, 'failed')) failed.push(item)
    else if (hasStatus(item, 'unknown')) unknown.push(item)
  }
  const batch = { items, succeeded, failed, unknown, ...more }
  return Object.defineProperty(batch, 'toJSON', { value: () => ({ items, ...more }) })
}

function hasStatus<Item extends BatchItem, Status extends Item['status']>(
  item: Item,
  status: Status,
): item is Extract<Item, { status: Status }> {
  return item.status === status
}
