import { expect, test } from 'vitest'
import { loadOnce } from '../../src/http.js'

test('code is loaded by the first call, and once for all calls', async () => {
  let loads = 0
  const load = loadOnce('pack', async () => (loads += 1))
  expect(loads).toBe(0)
  const loaded = await Promise.all([load(), load()])
  expect([...loaded, await load()].map((result) => result._unsafeUnwrap())).toEqual([1, 1, 1])
})

test('code that could not be loaded is loaded again by the next call', async () => {
  let loads = 0
  const load = loadOnce('pack', async () => {
    loads += 1
    if (loads === 1) throw new Error('EMFILE: too many open files')
    return loads
  })
  expect((await load()).isErr()).toBe(true)
  expect((await load())._unsafeUnwrap()).toBe(2)
})

test('the failure of a load names the package, the reason and a remedy, with outcome none', async () => {
  const load = loadOnce('@vendor/sdk', async () => Promise.reject(new Error("Cannot find package '@vendor/sdk'")))
  expect((await load())._unsafeUnwrapErr()).toMatchObject({
    code: 'unknown',
    message: "the package @vendor/sdk could not be loaded: Error: Cannot find package '@vendor/sdk'",
    outcome: 'none',
    transient: false,
    scope: 'call',
    hint: 'Install @vendor/sdk where the program runs, or have it bundled.',
  })
})
