import type { KeyPairError } from '../contract/error.js'
import type { ListOptions, ResultIterable } from '../contract/options.js'
import { err, ok, type Result } from '../result.js'
import { type Operation, runOperation, type ServiceContext } from './operation.js'
import { pageDeadlineMs } from './time-limits.js'
import type { Subject, Failure } from '../errors/failures.js'
import { traceOperation } from './events.js'
import { Paginator, readNextPages, type SendPage } from './pages.js'

/** The way to read a list: its pages, and the mapping of their items. */
interface PagedList<Item, T> {
  readonly call: 'list' | 'list-instances'
  /** Prepares the reader. A failure ends the list before a page is read. */
  open(operation: Operation): Promise<Result<PageReader<Item, T>, Failure>>
  keyOf(item: Item): string
}

interface PageReader<Item, T> {
  readonly readPage: SendPage<Item>
  /** Maps an item. Undefined if the item does not belong in the list. */
  map(item: Item): T | undefined
}

/** The items of the next pages. */
interface Next<Item, T> {
  readonly reader: PageReader<Item, T>
  readonly items: readonly Item[]
}

/**
 * Reads pages as they are consumed. Each read of one or several pages has its own deadline, so the time in which the
 * consumer holds an item does not count.
 */
export function listPages<Item, T>(
  context: ServiceContext,
  subject: Subject,
  { signal, pageDeadlineMs: deadlineMs = pageDeadlineMs }: ListOptions,
  source: PagedList<Item, T>,
): ResultIterable<T> {
  async function readNext(
    operation: Operation,
    walk: Paginator<Item>,
    known: PageReader<Item, T> | undefined,
  ): Promise<Result<Next<Item, T>, Failure>> {
    const prepared = known === undefined ? await source.open(operation) : ok<PageReader<Item, T>, Failure>(known)
    if (prepared.isErr()) return err(prepared.error)
    const reader = prepared.value
    const { items, failure } = await readNextPages(operation, source.call, walk, reader.readPage)
    // After items, the page that failed is read once more, by itself.
    if (failure !== undefined && items.length === 0) return err(failure)
    return ok({ reader, items })
  }

  async function* items(): AsyncGenerator<Result<T, KeyPairError>, void, undefined> {
    const walk = new Paginator<Item>((item) => source.keyOf(item))
    const { closing } = context.life
    let reader: PageReader<Item, T> | undefined
    while (walk.hasNext) {
      const known = reader
      const limits = { signal, closing, deadlineMs }
      const next = await traceOperation(context, subject, () =>
        runOperation(context, subject, limits, (operation) => readNext(operation, walk, known)),
      )
      if (next.isErr()) {
        yield err(next.error)
        return
      }
      reader = next.value.reader
      for (const item of next.value.items) {
        const selected = reader.map(item)
        if (selected !== undefined) yield ok(selected)
      }
    }
  }
  return { [Symbol.asyncIterator]: items }
}
