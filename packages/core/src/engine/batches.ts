import type { Batch, BatchItem, FailedItem } from '../contract/batch.js'
import { type AnyBatch, keyPairError, type KeyPairError } from '../contract/error.js'
import { err, ok, type Result } from '../result.js'
import type { Subject } from './failures.js'
import { errorMessage } from './to-error.js'

/** `Ok` means that every item succeeded; anything less is `incomplete`, with the whole batch. */
export function toResult<B extends AnyBatch>(subject: Subject, batch: B): Result<B, KeyPairError<B>> {
  return batch.succeeded.length === batch.items.length ? ok(batch) : err(incompleteError(subject, batch))
}

/** The error of a batch in which not every item succeeded. */
export function incompleteError<B extends AnyBatch>(
  subject: Subject,
  batch: B,
  hint = 'Each item in details.batch says what became of it.',
): KeyPairError<B> {
  const { items, succeeded, failed, unknown } = batch
  const counts =
    `${failed.length} of ${items.length} failed` + (unknown.length === 0 ? '' : `, ${unknown.length} unknown`)
  return keyPairError({
    code: 'incomplete',
    message: errorMessage(subject, `${counts}, ${succeeded.length} succeeded`, 'incomplete', hint),
    outcome: outcomeOf(batch),
    retry: 'after-check',
    provider: subject.provider,
    operation: subject.operation,
    details: { batch },
    hint,
  })
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

/** A batch of items, with its views. */
export function toBatch<Item extends BatchItem>(items: readonly Item[]): Batch<Item> {
  const of = <Status extends Item['status']>(status: Status): Extract<Item, { status: Status }>[] =>
    items.filter((item): item is Extract<Item, { status: Status }> => item.status === status)
  return { items, succeeded: of('succeeded'), failed: of('failed'), unknown: of('unknown') }
}
