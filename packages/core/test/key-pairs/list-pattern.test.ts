import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literalPrefix, matcher } from '../../src/key-pairs/list.js'
import { runs } from '../../../../tests/support/in-full.js'

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', '(', '😀'), maxLength: 8 })
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', '(', '😀', '*', '*'), maxLength: 8 })

/** Returns the pattern as a regular expression. */
function oracle(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^]*')}$`)
}

test('a pattern matches the texts that its regular expression matches', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      expect(matcher(pattern)(text)).toBe(oracle(pattern).test(text))
    }),
    { numRuns: runs(2000) },
  )
})

test('every text that matches starts with the literal prefix', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      if (matcher(pattern)(text)) expect(text.startsWith(literalPrefix(pattern))).toBe(true)
    }),
    { numRuns: runs(2000) },
  )
})

test('the ends of a pattern do not share a character of the text', () => {
  expect(matcher('ab*ba')('aba')).toBe(false)
  expect(matcher('ab*ba')('abba')).toBe(true)
})
