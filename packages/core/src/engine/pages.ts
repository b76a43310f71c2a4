import type { Limit } from '../contract/capabilities.js'
import type { CallContext, CallFailure, Page } from '../contract/key-pair-driver.js'
import { refusal } from '../errors/failures.js'
import { err, ok, type Result } from '../result.js'
import { chunksOf, forEachAtATime } from './chunks.js'
import type { Operation } from './operation.js'
import { sendSingle } from './single-call.js'

const maxEmptyPages = 100
const maxWalks = 3

/**
 * One walk through the pages of a list. It refuses a cloud that repeats itself or never ends. A list that is paged by
 * offset gives each item once, and is walked again, twice at most, when its total changed on the way: what moved
 * to a page that was read already would be missing.
 */
export class Paginator<T> {
  /** The start of the next page. */
  cursor: string | undefined
  /** True if there is a page still to be read. */
  hasNext = true

  #ahead: readonly string[] = []
  readonly #keyOf: (item: T) => string
  readonly #given = new Set<string>()
  #cursors = new Set<string>()
  #emptyPages = 0
  #rounds = 1
  #total: number | undefined
  #moved = false

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf
  }

  /** Returns the starts of the next page and of those after it that are known, in their order. */
  get cursors(): readonly (string | undefined)[] {
    return [this.cursor, ...this.#ahead]
  }

  /** Takes the page at `cursor`, and gives what is new in it. */
  accept({ items, cursor, ahead = [], total }: Page<T>): Result<readonly T[], CallFailure> {
    this.#ahead = ahead
    this.#moved ||= this.#total !== undefined && total !== this.#total
    this.#total = total
    const fresh = total === undefined ? items : items.filter((item) => this.#isNew(item))
    if (cursor === undefined) {
      if (this.#moved && this.#rounds === maxWalks) return err(listChanged)
      this.#end()
    } else {
      const problem = this.#goOn(cursor, fresh.length)
      if (problem !== undefined) return err(problem)
    }
    return ok(fresh)
  }

  #goOn(cursor: string, items: number): CallFailure | undefined {
    if (this.#cursors.has(cursor)) return endlessList('it repeats the token of an earlier page')
    this.#cursors.add(cursor)
    this.#emptyPages = items === 0 ? this.#emptyPages + 1 : 0
    if (this.#emptyPages > maxEmptyPages) return endlessList(`more than ${maxEmptyPages} pages in a row bring nothing`)
    this.cursor = cursor
    return undefined
  }

  #end(): void {
    this.cursor = undefined
    this.#ahead = []
    this.hasNext = this.#moved
    this.#rounds += 1
    this.#cursors = new Set()
    this.#total = undefined
    this.#moved = false
  }

  #isNew(item: T): boolean {
    const key = this.#keyOf(item)
    const isNew = !this.#given.has(key)
    this.#given.add(key)
    return isNew
  }
}

const listChanged = refusal('busy', 'the list changed each time that it was read')

function endlessList(why: string): CallFailure {
  return refusal('invalid-response', `the cloud's list does not end: ${why}`)
}

type ReadCall = 'lookup' | 'read-instances' | 'list' | 'list-instances'

/** A read of named things. */
interface ChunkedRead<T> {
  readonly call: 'lookup' | 'read-instances'
  readonly limit: Limit
  keyOf(item: T): string
  send(
    texts: readonly string[],
    cursor: string | undefined,
    context: CallContext,
  ): Promise<Result<Page<T>, CallFailure>>
}

/**
 * Reads named things in as few calls as the limit allows. Each call is one page, unless the cloud cuts the page short: then
 * the rest must not pass for missing.
 */
export async function readInChunks<T>(
  operation: Operation,
  texts: readonly string[],
  { call, limit, keyOf, send }: ChunkedRead<T>,
): Promise<Result<T[], CallFailure>> {
  const { driver } = operation
  const chunks = chunksOf(texts, limit, (text) => driver.bytesOf(call, text))
  const found: T[] = []
  let failed: CallFailure | undefined
  await forEachAtATime(chunks, operation.context.concurrency, async (chunk) => {
    if (failed !== undefined) return
    const take = (items: readonly T[]): void => {
      for (const item of items) found.push(item)
    }
    const pages = await readPages(operation, call, keyOf, (cursor, context) => send(chunk, cursor, context), take)
    if (pages.isErr()) failed ??= pages.error
  })
  return failed === undefined ? ok(found) : err(failed)
}

/** Reads all pages to the end, and hands on what is new in each. */
export async function readPages<T>(
  operation: Operation,
  call: ReadCall,
  keyOf: (item: T) => string,
  send: SendPage<T>,
  take: (fresh: readonly T[]) => void,
): Promise<Result<null, CallFailure>> {
  const walk = new Paginator(keyOf)
  while (walk.hasNext) {
    const { items, failure } = await readNextPages(operation, call, walk, send)
    if (failure !== undefined) return err(failure)
    take(items)
  }
  return ok(null)
}

/** Sends the call for the page at a cursor. */
export type SendPage<T> = (cursor: string | undefined, context: CallContext) => Promise<Result<Page<T>, CallFailure>>

/** The items of pages, up to the first page that failed. */
interface ReadPages<T> {
  readonly items: readonly T[]
  readonly failure?: CallFailure
}

/**
 * Reads the next page of a walk, and at the same time those after it whose positions are known: together at most 4. A page
 * that turns out not to be the next one is dropped, and so is its failure.
 */
export async function readNextPages<T>(
  operation: Operation,
  call: ReadCall,
  walk: Paginator<T>,
  send: SendPage<T>,
): Promise<ReadPages<T>> {
  const cursors = walk.cursors.slice(0, Math.min(maxPagesAtOnce, operation.context.concurrency))
  operation.expectCalls(cursors.length - 1)
  const pages = await Promise.all(
    cursors.map((cursor) => sendSingle(operation, { call, mutating: false, send: (context) => send(cursor, context) })),
  )
  const items: T[] = []
  for (const [index, page] of pages.entries()) {
    const isNext = index === 0 || (walk.cursor !== undefined && walk.cursor === cursors[index])
    if (!isNext) break
    const taken = page.andThen((found) => walk.accept(found))
    if (taken.isErr()) return { items, failure: taken.error }
    for (const item of taken.value) items.push(item)
  }
  return { items }
}

/** The number of pages that are read at the same time. */
const maxPagesAtOnce = 4

/**
 * Returns the cursors of the next page and of those after it that can be read at the same time, for a list whose positions
 * are numbers: `{ cursor: '3', ahead: ['4', '5'] }`. There are none if `next` is after `last`.
 *
 * @param next The position of the next page: the number of a page, or the offset of an item.
 * @param last The last position that has an item, from the total of the answer.
 * @param step The distance from a page to the next one. Default: 1.
 */
export function pageCursors(next: number, last: number, step = 1): Pick<Page<never>, 'cursor' | 'ahead'> {
  const pages = Math.min(maxPagesAtOnce, Math.floor((last - next) / step) + 1)
  if (pages < 1) return {}
  const [cursor = '', ...ahead] = Array.from({ length: pages }, (_, index) => String(next + index * step))
  return { cursor, ahead }
}
