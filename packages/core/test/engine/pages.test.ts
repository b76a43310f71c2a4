import { expect, test } from 'vitest'
import type { Page } from '../../src/contract/key-pair-driver.js'
import { Paginator } from '../../src/engine/pages.js'

function walked(pages: (cursor: string | undefined, reads: number) => Page<string>): string[] | string {
  const walk = new Paginator<string>((item) => item)
  const given: string[] = []
  for (let reads = 0; walk.hasNext; reads += 1) {
    if (reads > 1000) return 'endless'
    const taken = walk.accept(pages(walk.cursor, reads))
    if (taken.isErr()) return taken.error.code
    given.push(...taken.value)
  }
  return given
}

/** Makes a list that is paged by offset, with its content at each read. */
function offsetPages(
  lists: readonly (readonly string[])[],
  size: number,
): (cursor: string | undefined, reads: number) => Page<string> {
  return (cursor, reads) => {
    const list = lists[Math.min(reads, lists.length - 1)] ?? []
    const page = Number(cursor ?? '1')
    const items = list.slice((page - 1) * size, page * size)
    return { items, total: list.length, ...(page * size < list.length && { cursor: String(page + 1) }) }
  }
}

test('a token that comes back ends the list with an error', () => {
  expect(walked(() => ({ items: ['a'], cursor: 'same' }))).toBe('invalid-response')
})

test('empty pages with ever new tokens end the list with an error', () => {
  expect(walked((_, reads) => ({ items: [], cursor: String(reads) }))).toBe('invalid-response')
})

test('an empty page with a token does not end the list', () => {
  expect(walked((cursor) => (cursor === undefined ? { items: [], cursor: '2' } : { items: ['a'] }))).toEqual(['a'])
})

test('a list by token returns its pages unchanged', () => {
  expect(walked((cursor) => (cursor === undefined ? { items: ['a', 'a'], cursor: '2' } : { items: ['b'] }))).toEqual([
    'a',
    'a',
    'b',
  ])
})

test('an offset list that loses an item during the read is read again, and no other item is missing', () => {
  const before = ['a', 'b', 'c', 'd', 'e']
  const after = ['b', 'c', 'd', 'e']
  expect(walked(offsetPages([before, after], 2))).toEqual(['a', 'b', 'd', 'e', 'c'])
})

test('an offset list that gains an item during the read returns none twice', () => {
  const given = walked(
    offsetPages(
      [
        ['b', 'c', 'd'],
        ['a', 'b', 'c', 'd'],
      ],
      2,
    ),
  )
  expect(Array.isArray(given) && given.toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('an offset list that always changes is busy after three reads', () => {
  let total = 10
  expect(
    walked((cursor) => ({ items: ['x'], total: (total += 1), ...(cursor === undefined && { cursor: '2' }) })),
  ).toBe('busy')
})

test('an offset list that repeats its pages ends with an error', () => {
  const pages = (_: string | undefined, reads: number): Page<string> => ({
    items: ['a'],
    total: 1e9,
    cursor: String(reads),
  })
  expect(walked(pages)).toBe('invalid-response')
})
