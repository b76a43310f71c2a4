import type { CallFailure, Page } from './driver.js'
import { err, ok, type Result } from './result.js'

const mostEmptyPages = 100

/** Watches the pages of one list, so that a cloud that repeats itself or never ends cannot hold a caller. */
export class Cursors {
  readonly #seen = new Set<string>()
  #empty = 0

  /** Takes the page just read; a failure where the list would not come to an end. */
  take<T>(page: Page<T>): Result<Page<T>, CallFailure> {
    if (page.cursor === undefined) return ok(page)
    if (this.#seen.has(page.cursor)) return err(endless('it repeats the token of an earlier page'))
    this.#seen.add(page.cursor)
    this.#empty = page.items.length === 0 ? this.#empty + 1 : 0
    return this.#empty > mostEmptyPages ? err(endless(`more than ${mostEmptyPages} pages in a row are empty`)) : ok(page)
  }
}

function endless(why: string): CallFailure {
  const message = `the cloud's list does not end: ${why}`
  return { code: 'invalid-response', message, outcome: 'none', passing: false, scope: 'call' }
}
