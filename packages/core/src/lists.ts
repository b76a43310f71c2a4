import type { CallContext, CallFailure, Page } from './driver.js'
import { Cursors } from './cursors.js'
import type { KeyPairError } from './error.js'
import type { Subject } from './failure.js'
import { type Operation, runOperation, type ServiceContext } from './operation.js'
import { read } from './reads.js'
import { err, ok, type Result } from './result.js'
import type { ListOptions, ResultIterable } from './service.js'

const pageDeadlineMs = 60_000

/** How the pages of one list are read. */
export interface ListSource<T> {
  readonly call: 'list' | 'list-instances'
  /** What has to be known first; a failure ends the list before a page is read. */
  prepare(operation: Operation): Promise<Result<PageReader<T>, CallFailure>>
}

export type PageReader<T> = (cursor: string | undefined, context: CallContext) => Promise<Result<Page<T>, CallFailure>>

/**
 * Reads pages as they are consumed. Each page has a deadline of its own, so the time in which the consumer
 * holds an item does not count.
 */
export function listPages<T>(
  context: ServiceContext,
  subject: Subject,
  options: ListOptions,
  source: ListSource<T>,
): ResultIterable<T> {
  const run = <R>(body: (operation: Operation) => Promise<Result<R, KeyPairError>>): Promise<Result<R, KeyPairError>> =>
    runOperation(context, subject, { signal: options.signal, deadlineMs: options.pageDeadlineMs ?? pageDeadlineMs }, body)

  async function* items(): AsyncGenerator<Result<T, KeyPairError>, void, undefined> {
    const cursors = new Cursors()
    let reader: PageReader<T> | undefined
    let cursor: string | undefined
    do {
      const page = await run<Page<T>>(async (operation) => {
        const known = reader === undefined ? await source.prepare(operation) : ok<PageReader<T>, CallFailure>(reader)
        if (known.isErr()) return err(operation.error(known.error, { outcome: 'none' }))
        const readPage = known.value
        reader = readPage
        const found = await read(operation, source.call, (call) => readPage(cursor, call))
        return found
          .andThen((taken) => cursors.take(taken))
          .mapErr((failure) => operation.error(failure, { outcome: 'none' }))
      })
      if (page.isErr()) {
        yield err(page.error)
        return
      }
      for (const item of page.value.items) yield ok(item)
      cursor = page.value.cursor
    } while (cursor !== undefined)
  }
  return { [Symbol.asyncIterator]: items }
}
