import { expect, test } from 'vitest'
import {
  absent,
  failedCall,
  findCredentials,
  found,
  optionSource,
  unauthenticated,
  unusable,
  withoutProxy,
} from '../../src/credentials.js'
import { errorKind } from '../../src/foreign-values.js'

const none = { name: 'environment', find: () => absent('not set') }
const key = { name: 'file', find: async () => found('key') }

test('the first source that has something gives the credentials, and no later one is asked', async () => {
  const never = { name: 'never', find: () => Promise.reject(new Error('it was asked')) }
  const { credentials, attempts } = await findCredentials([none, key, never])
  expect(credentials._unsafeUnwrap()).toBe('key')
  expect(attempts).toEqual([
    { source: 'environment', status: 'absent', reason: 'not set' },
    { source: 'file', status: 'used' },
  ])
})

test('a source whose credentials cannot be used ends the search', async () => {
  const broken = { name: 'profile', find: () => unusable('profile x: it ran out', 'Log in.') }
  const { credentials, attempts } = await findCredentials([none, broken, key])
  expect(credentials._unsafeUnwrapErr()).toMatchObject({ message: 'profile x: it ran out', hint: 'Log in.' })
  expect(attempts.at(-1)).toEqual({ source: 'profile', status: 'unusable', reason: 'profile x: it ran out' })
})

test('a source that throws ends the search, without its message', async () => {
  const throws = {
    name: 'profile',
    find: () => {
      throw new RangeError('canary')
    },
  }
  const { credentials } = await findCredentials([throws, key])
  expect(credentials._unsafeUnwrapErr()).toMatchObject({
    code: 'unauthenticated',
    message: 'profile failed (RangeError)',
    hint: 'Correct or remove these credentials: no later source is asked while they are there.',
  })
})

test('no credentials at all are a failure that names every place and its reason', async () => {
  const { credentials } = await findCredentials([none, { name: 'file', find: () => absent('there is none') }])
  expect(credentials._unsafeUnwrapErr()).toMatchObject({
    code: 'unauthenticated',
    outcome: 'none',
    message: 'there are no credentials',
    hint: 'Looked in: environment (not set); file (there is none).',
  })
})

test('no credentials at all begin with the advice of the adapter', async () => {
  const { credentials } = await findCredentials([none], 'Set KEY.')
  expect(credentials._unsafeUnwrapErr().hint).toBe('Set KEY. Looked in: environment (not set).')
})

test('a transient failure keeps its code, and any other is unauthenticated', () => {
  const busy = { ...unauthenticated('busy'), code: 'throttled', transient: true, retryAfterMs: 7 } as const
  expect(failedCall('the role r', busy)).toMatchObject({
    kind: 'unusable',
    failure: { code: 'throttled', message: 'the role r: busy', transient: true, retryAfterMs: 7, outcome: 'none' },
  })
  const denied = { ...unauthenticated('no', 'Ask.'), code: 'permission-denied' } as const
  expect(failedCall('the role r', denied)).toMatchObject({ failure: { code: 'unauthenticated', hint: 'Ask.' } })
  expect(failedCall('the role r', denied, 'Log in.')).toMatchObject({ failure: { hint: 'Log in.' } })
  const lost = { ...busy, hint: 'Check the proxy.' }
  expect(failedCall('the role r', lost, 'Log in.')).toMatchObject({ failure: { hint: 'Check the proxy.' } })
})

test('a function of the caller may return anything', async () => {
  expect(await optionSource(() => 7, found).find()).toEqual(found(7))
  const failed = unusable('the function credentials failed (Error)')
  expect(await optionSource(() => Promise.reject(), found).find()).toEqual(failed)
})

test.each([
  [Object.assign(new Error('canary'), { code: 'ENOENT' }), 'ENOENT'],
  [new TypeError('canary'), 'TypeError'],
  [Object.assign(new Error(), { code: 'canary secret', name: 'canary/secret' }), 'Error'],
  ['canary', 'Error'],
  [undefined, 'Error'],
  [null, 'Error'],
])('an error is called by its code or its name, never by its message', (error, kind) => {
  expect(errorKind(error)).toBe(kind)
})

test('withoutProxy excludes a host from the proxy', () => {
  expect(withoutProxy({ https_proxy: 'p' }, '10.0.0.1')).toEqual({ https_proxy: 'p', no_proxy: '10.0.0.1' })
  expect(withoutProxy({ NO_PROXY: 'a,b' }, '10.0.0.1')['no_proxy']).toBe('a,b,10.0.0.1')
  expect(withoutProxy({ no_proxy: '', NO_PROXY: 'a' }, '10.0.0.1')['no_proxy']).toBe('a,10.0.0.1')
})
