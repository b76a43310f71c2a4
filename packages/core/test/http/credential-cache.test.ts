import { expect, test } from 'vitest'
import { unauthenticated } from '../../src/credentials.js'
import { callWithCredentials, createCredentialCache } from '../../src/http.js'
import { err, ok } from '../../src/result.js'

interface Key {
  readonly name: string
  readonly expiresAt?: number | undefined
}

const minute = 60_000

/** Makes a cache over a clock that stands still. Its load gives the values of a list, the last one again and again. */
function cacheOf(...script: readonly (Key | 'fails' | 'throws')[]) {
  const clock = { now: 0 }
  let loads = 0
  const cache = createCredentialCache<Key>(
    async () => {
      const next = script[Math.min(loads, script.length - 1)] ?? 'fails'
      loads += 1
      if (next === 'throws') throw new TypeError('canary')
      return next === 'fails' ? err(unauthenticated('no')) : ok(next)
    },
    () => clock.now,
  )
  return {
    cache,
    clock,
    loads: () => loads,
    name: async () => (await cache.get()).map(({ name }) => name).unwrapOr('none'),
  }
}

test('credentials without an end are kept', async () => {
  const { clock, loads, name } = cacheOf({ name: 'a' }, { name: 'b' })
  await name()
  clock.now = Number.MAX_SAFE_INTEGER
  expect([await name(), loads()]).toEqual(['a', 1])
})

test('credentials are renewed five minutes before they end, once for all callers', async () => {
  const { clock, loads, name } = cacheOf({ name: 'a', expiresAt: 60 * minute }, { name: 'b' })
  await name()
  clock.now = 55 * minute - 1
  expect(await name()).toBe('a')
  clock.now += 1
  expect(await Promise.all([name(), name(), name()])).toEqual(['b', 'b', 'b'])
  expect(loads()).toBe(2)
})

test('credentials that end soon are renewed after half of their remaining time, not by every call', async () => {
  const short = { name: 'a', expiresAt: 4 * minute }
  const { clock, loads, name } = cacheOf(short, short, short)
  await name()
  clock.now = 2 * minute - 1
  await name()
  expect(loads()).toBe(1)
  clock.now = 2 * minute
  await name()
  await name()
  expect(loads()).toBe(2)
  clock.now = 3 * minute
  await name()
  expect(loads()).toBe(3)
})

test('valid credentials are used while they cannot be renewed, until their end', async () => {
  const { clock, loads, name } = cacheOf({ name: 'a', expiresAt: 60 * minute }, 'fails', 'throws', 'fails', {
    name: 'b',
  })
  await name()
  clock.now = 56 * minute
  expect([await name(), await name(), loads()]).toEqual(['a', 'a', 2])
  clock.now = 58 * minute
  expect([await name(), loads()]).toEqual(['a', 3])
  clock.now = 60 * minute
  expect([await name(), loads()]).toEqual(['none', 4])
  expect(await name()).toBe('b')
})

test('credentials that were refused are never used again', async () => {
  const { cache, name } = cacheOf({ name: 'a', expiresAt: 60 * minute }, 'fails', { name: 'b' })
  const first = (await cache.get())._unsafeUnwrap()
  expect((await cache.renew(first)).isErr()).toBe(true)
  expect(await name()).toBe('b')
})

test('a load that throws is a failure of the call, without its message', async () => {
  const { cache } = cacheOf('throws')
  const called = await callWithCredentials(cache, new AbortController().signal, async (as) => ok(as))
  const failure = called._unsafeUnwrapErr()
  expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
  expect(failure.message).toBe('the credentials could not be loaded (TypeError)')
})
