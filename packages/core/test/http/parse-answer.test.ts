import { expect, it, vi } from 'vitest'
import { parseAnswer } from '../../src/http/parse-answer.js'

const longest = 8 * 1024 * 1024

it.each(['{}', '1', '{"a":1}'])('refuses a text of 8 MiB of %s, and parses nothing of it', (value) => {
  const text = `[${Array(Math.floor((longest - 2) / (value.length + 1)))
    .fill(value)
    .join(',')}]`
  const parse = vi.spyOn(JSON, 'parse')
  expect(() => parseAnswer(text)).toThrow('values')
  const { length } = parse.mock.calls
  parse.mockRestore()
  expect(length).toBe(0)
})

it('parses a page of 500 key pairs with the longest descriptions and 20 tags each', () => {
  const tags = Array.from({ length: 20 }, (_, index) => ({ Key: `${index}`.padEnd(128, ','), Value: '{'.repeat(256) }))
  const page = Array.from({ length: 500 }, (_, index) => ({
    KeyPairId: `kp-${index}`,
    Description: '"\\,',
    Tags: tags,
  }))
  expect(parseAnswer(JSON.stringify({ Result: page }))).toEqual({ Result: page })
})

it('counts no comma or bracket in a string, and no quote after a backslash', () => {
  const text = JSON.stringify({ a: ',[{"\\'.repeat(300_000) })
  expect(parseAnswer(text)).toEqual({ a: ',[{"\\'.repeat(300_000) })
})

it('throws for a text that is not JSON', () => {
  expect(() => parseAnswer('<html>')).toThrow(SyntaxError)
  expect(() => parseAnswer(`["${'a'.repeat(600_000)}`)).toThrow(SyntaxError)
})
