import { expect, test } from 'vitest'
import { callWithCredentials, createCredentialCache, sentence } from '../../src/http.js'
import { ok } from '../../src/result.js'

test('a load that hangs ends with the call that waited for it, and the next call loads again', async () => {
  let loads = 0
  const credentials = createCredentialCache<{ readonly key: string; readonly expiresAt?: number }>(() => {
    loads += 1
    return loads === 1 ? new Promise(() => {}) : Promise.resolve(ok({ key: 'key' }))
  })
  const abort = new AbortController()
  const first = callWithCredentials(credentials, abort.signal, async (as) => ok(as))
  abort.abort()
  expect((await first)._unsafeUnwrapErr()).toMatchObject({ code: 'aborted', outcome: 'none' })
  const second = await callWithCredentials(credentials, new AbortController().signal, async (as) => ok(as))
  expect([second._unsafeUnwrap(), loads]).toEqual([{ key: 'key' }, 2])
})

test('a message is one line without its full stop, however long it is', () => {
  expect(sentence('  The key\n pair\tis gone. ')).toBe('The key pair is gone')
  expect(sentence('。.')).toBe('')
  expect(sentence(`${'.'.repeat(1_000_000)}x`)).toHaveLength(1_000_001)
})
