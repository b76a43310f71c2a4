import type { CallFailure, Page } from '../contract/driver.js'
import { err, ok, type Result } from '../result.js'

const mostEmptyPages = 100
const mostRounds = 3

/**
 * One walk through the pages of a list. It refuses a cloud that repeats itself or never ends. A list that is paged by
 * offset gives each item once, and is walked again, twice at most, when its total changed on the way: what moved
 * to a page that was read already would be missing.
 */
export class Walk<T> {
  /** Where the next page begins. */
  cursor: string | undefined
  /** Whether there is a page still to be read. */
  unfinished = true

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

  /** Takes the page at `cursor`, and gives what is new in it. */
  take({ items, cursor, total }: Page<T>): Result<readonly T[], CallFailure> {
    this.#moved ||= this.#total !== undefined && total !== this.#total
    this.#total = total
    const fresh = total === undefined ? items : items.filter((item) => this.#isNew(item))
    if (cursor === undefined) {
      if (this.#moved && this.#rounds === mostRounds) return err(moving)
      this.#end()
    } else {
      const problem = this.#goOn(cursor, fresh.length)
      if (problem !== undefined) return err(problem)
    }
    return ok(fresh)
  }

  #goOn(cursor: string, items: number): CallFailure | undefined {
    if (this.#cursors.has(cursor)) return endless('it repeats the token of an earlier page')
    this.#cursors.add(cursor)
    this.#emptyPages = items === 0 ? this.#emptyPages + 1 : 0
    if (this.#emptyPages > mostEmptyPages) return endless(`more than ${mostEmptyPages} pages in a row bring nothing`)
    this.cursor = cursor
    return undefined
  }

  #end(): void {
    this.cursor = undefined
    this.unfinished = this.#moved
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

const moving: CallFailure = {
  code: 'busy',
  message: 'the list changed each time that it was read',
  outcome: 'none',
  passing: false,
  scope: 'call',
}

function endless(why: string): CallFailure {
  const message = `the cloud's list does not end: ${why}`
  return { code: 'invalid-response', message, outcome: 'none', passing: false, scope: 'call' }
}
