import type { Page } from '../contract/key-pair-driver.js'

/** The number of pages that are read at the same time. */
export const maxPagesAtOnce = 4

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
