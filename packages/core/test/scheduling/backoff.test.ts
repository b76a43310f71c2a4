import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs } from '../../src/scheduling/backoff.js'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('a wait is between nothing and a cap that doubles up to 10 s', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), chance, (attempt, random) => {
      const wait = backoffMs(attempt, () => random, undefined)
      expect(wait).toBeGreaterThanOrEqual(0)
      expect(wait).toBeLessThanOrEqual(Math.min(10_000, 200 * 2 ** attempt))
    }),
  )
})

test('a wait is random between nothing and its whole length', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), chance, (attempt, random) => {
      expect(backoffMs(attempt, () => 0, undefined)).toBe(0)
      const half = backoffMs(attempt, () => random / 2, undefined)
      expect(half).toBeCloseTo(backoffMs(attempt, () => random, undefined) / 2)
    }),
  )
})

test("a wait is at least the cloud's hint, of which 60 s count", () => {
  fc.assert(
    fc.property(fc.nat({ max: 20 }), chance, fc.nat({ max: 600_000 }), (attempt, random, hint) => {
      const wait = backoffMs(attempt, () => random, hint)
      expect(wait).toBeGreaterThanOrEqual(Math.min(hint, 60_000))
      expect(wait).toBeLessThanOrEqual(60_000)
    }),
  )
})
