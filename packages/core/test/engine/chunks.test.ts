import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunksOf } from '../../src/engine/chunks.js'

test('chunks hold every item once, in order, and keep both limits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 20 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      (items, most, bytes) => {
        const chunks = chunksOf(
          items,
          bytes === undefined ? { items: most } : { items: most, bytes },
          (item) => item.length,
        )
        expect(chunks.flat()).toEqual(items)
        for (const chunk of chunks) {
          expect(chunk.length).toBeGreaterThan(0)
          expect(chunk.length).toBeLessThanOrEqual(most)
          const weight = chunk.join('').length
          if (bytes !== undefined && chunk.length > 1) expect(weight).toBeLessThanOrEqual(bytes)
        }
      },
    ),
  )
})

test('as few chunks are made as the number of items needs', () => {
  const items = Array.from({ length: 1000 }, (_, index) => `i-${index}`)
  for (const most of [100, 50, 30]) {
    expect(chunksOf(items, { items: most }, () => 1)).toHaveLength(Math.ceil(1000 / most))
  }
})
