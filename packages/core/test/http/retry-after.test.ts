import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRetryAfter as parse } from '../../src/http.js'

const dayMs = 86_400_000
const parseRetryAfter = (value: string | undefined, now: number): number | undefined =>
  parse({ 'retry-after': value }, now)
const wholeSecond = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)

describe('parseRetryAfter', () => {
  test('reads seconds, up to a day', () => {
    fc.assert(
      fc.property(fc.nat(86_400), fc.nat(), (seconds, now) => parseRetryAfter(String(seconds), now) === seconds * 1000),
    )
  })

  test('reads an HTTP date, up to a day ahead', () => {
    fc.assert(
      fc.property(wholeSecond, fc.nat(dayMs), (at, waitMs) => {
        expect(parseRetryAfter(new Date(at).toUTCString(), at - waitMs)).toBe(waitMs)
      }),
    )
  })

  test('reads nothing from a date that has passed or is more than a day ahead', () => {
    fc.assert(
      fc.property(wholeSecond, fc.integer({ min: 1, max: 1e12 }), (at, gapMs) => {
        expect(parseRetryAfter(new Date(at).toUTCString(), at + gapMs)).toBeUndefined()
        expect(parseRetryAfter(new Date(at).toUTCString(), at - dayMs - gapMs)).toBeUndefined()
      }),
    )
  })

  test('reads from any text a wait of at most a day, or nothing', () => {
    const number = fc.oneof(fc.double(), fc.bigInt(), fc.integer()).map(String)
    fc.assert(
      fc.property(fc.oneof(fc.string(), number, fc.date().map(String)), fc.integer(), (text, now) => {
        const waitMs = parseRetryAfter(text, now)
        expect(waitMs === undefined || (waitMs >= 0 && waitMs <= dayMs)).toBe(true)
      }),
    )
  })

  test.each([
    undefined,
    '',
    ' ',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '86401',
    '9'.repeat(400),
    '5, 5',
    '5 s',
    'soon',
    'Invalid Date',
    '١',
    '2026-01-01',
    '2026-01-01T00:00:10Z',
    'Thu, 01 Jan 2026 00:00:10',
    'Fri, 01 Jan 2026 00:00:10 GMT',
    'Thursday, 01-Jan-26 00:00:10 GMT',
    'Thu Jan  1 00:00:10 2026',
    'Thu, 32 Jan 2026 00:00:10 GMT',
  ])('reads nothing from %j', (text) => {
    expect(parseRetryAfter(text, Date.UTC(2026, 0, 1))).toBeUndefined()
  })

  test('ignores white space around the value', () => {
    expect(parseRetryAfter(' 5\t', 0)).toBe(5000)
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:10 GMT ', Date.UTC(2026, 0, 1))).toBe(10_000)
  })

  test("compares a date with the answer's own date, whatever the clock of this machine", () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT', date: 'Thu, 01 Jan 2026 00:00:03 GMT' }
    for (const now of [0, Date.UTC(2026, 0, 1), Date.UTC(2030, 0, 1)]) expect(parse(headers, now)).toBe(7000)
    expect(parse({ ...headers, date: 'today' }, Date.UTC(2026, 0, 1))).toBe(10_000)
    expect(parse({ ...headers, 'retry-after': '5' }, 0)).toBe(5000)
  })
})
