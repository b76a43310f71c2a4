import { expect, test } from 'vitest'
import { pageCursors } from '../../src/engine/pages.js'

test.each([
  ['page numbers', [2, 3, undefined], { cursor: '2', ahead: ['3'] }],
  ['the last page number', [3, 3, undefined], { cursor: '3', ahead: [] }],
  ['more than four pages', [2, 99, undefined], { cursor: '2', ahead: ['3', '4', '5'] }],
  ['offsets', [100, 250, 100], { cursor: '100', ahead: ['200'] }],
  ['an offset with one item left', [100, 100, 100], { cursor: '100', ahead: [] }],
  ['no page left', [100, 99, 100], {}],
] as const)('the cursors of %s are those that have an item, four at most', (_, [next, last, step], expected) => {
  expect(pageCursors(next, last, step)).toEqual(expected)
})
