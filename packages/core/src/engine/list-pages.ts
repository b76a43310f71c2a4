import type { CallContext, CallFailure, Page } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { ListOptions, ResultIterable } from '../contract/options.js'
import { err, ok, type Result } from '../result.js'
import type { ServiceContext } from './context.js'
import { pageDeadlineMs } from './deadlines.js'
import type { Subject } from './failures.js'
import { type Operation, runOperation } from './operation.js'
import { read, Walk } from './pages.js'

/** How a list is read: its pages, and what of a page's items comes out. */
export interface ListSource<Item, T> {
  readonly call: 'list' | 'list-instances'
  /** What has to be known first; a failure ends the list before a page is read. */
  prepare(operation: Operation): Promise<Result<ListReader<Item, T>, CallFailure>>
  keyOf(item: Item): string
}

export interface ListReader<Item, T> {
  readPage(cursor: string | undefined, context: CallContext): Promise<Result<Page<Item>, CallFailure>>
  /** Undefined for an item that does not belong in the list. */
  select(item: Item): T | undefined
}

/**
 * Reads pages as they are consumed. Each page has a deadline of its own, so the time in which the consumer
 * holds an item does not count.
 */
export function listPages<Item, T>(
  context: ServiceContext,
  subject: Subject,
  { signal, pageDeadlineMs: deadlineMs = pageDeadlineMs }: ListOptions,
  source: ListSource<Item, T>,
): ResultIterable<T> {
  async function readNext(
    operation: Operation,
    walk: Walk<Item>,
    known: ListReader<Item, T> | undefined,
  ): Promise<Result<{ readonly reader: ListReader<Item, T>; readonly items: readonly Item[] }, KeyPairError>> {
    const prepared = known === undefined ? await source.prepare(operation) : ok<ListReader<Item, T>, CallFailure>(known)
    if (prepared.isErr()) return err(operation.error(prepared.error, { outcome: 'none' }))
    const reader = prepared.value
    const page = await read(operation, source.call, (call) => reader.readPage(walk.cursor, call))
    return page
      .andThen((taken) => walk.take(taken))
      .map((items) => ({ reader, items }))
      .mapErr((failure) => operation.error(failure, { outcome: 'none' }))
  }

  async function* items(): AsyncGenerator<Result<T, KeyPairError>, void, undefined> {
    const walk = new Walk<Item>((item) => source.keyOf(item))
    let reader: ListReader<Item, T> | undefined
    while (walk.unfinished) {
      const known = reader
      const next = await runOperation(context, subject, { signal, deadlineMs }, (operation) =>
        readNext(operation, walk, known),
      )
      if (next.isErr()) {
        yield err(next.error)
        return
      }
      reader = next.value.reader
      for (const item of next.value.items) {
        const selected = reader.select(item)
        if (selected !== undefined) yield ok(selected)
      }
    }
  }
  return { [Symbol.asyncIterator]: items }
}
