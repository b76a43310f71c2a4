import { describe, expect, test } from 'vitest'
import { readAccessKey, secretsOf, variablesSource } from '../../src/credentials.js'

const names = { id: 'keyId', secret: 'keySecret', token: 'session' }
const key = { keyId: 'id', keySecret: 'canary-secret' }

describe('an access key', () => {
  test('is trimmed, and has a token and an end if they are given', () => {
    const given = { keyId: ' id\n', keySecret: '\tsecret ', session: ' token ', expiresAt: 7 }
    expect(readAccessKey(given, 'here', names)).toEqual({
      kind: 'found',
      credentials: { id: 'id', secret: 'secret', token: 'token', expiresAt: 7 },
    })
    for (const session of [undefined, null, '', ' \n']) {
      expect(readAccessKey({ keyId: 'id', keySecret: 'secret', session, expiresAt: null }, 'here', names)).toEqual({
        kind: 'found',
        credentials: { id: 'id', secret: 'secret' },
      })
    }
  })

  test.each<[unknown, string]>([
    [undefined, 'keyId'],
    [null, 'keyId'],
    ['canary', 'keyId'],
    [[], 'keyId'],
    [{ ...key, keyId: '' }, 'keyId'],
    [{ ...key, keyId: ' ' }, 'keyId'],
    [{ ...key, keyId: 7 }, 'keyId'],
    [{ keyId: 'id' }, 'keySecret'],
    [{ ...key, keySecret: 'canary\r\nX: y' }, 'keySecret'],
    [{ ...key, keySecret: 'canary secret' }, 'keySecret'],
    [{ ...key, keySecret: 'canary\u2026' }, 'keySecret'],
    [{ ...key, session: 'canary\nx' }, 'session'],
    [{ ...key, session: 7 }, 'session'],
    [{ ...key, expiresAt: 'canary' }, 'expiresAt'],
    [{ ...key, expiresAt: Number.NaN }, 'expiresAt'],
  ])('of %j is refused for its %s', (given, name) => {
    const finding = readAccessKey(given, 'here', names)
    expect(finding).toMatchObject({
      kind: 'unusable',
      failure: { code: 'unauthenticated', message: `here: ${name} is missing or malformed` },
    })
    expect(JSON.stringify(finding)).not.toContain('canary')
  })

  test('has all of its parts among its secrets', () => {
    expect(secretsOf({ id: 'a', secret: 'b', token: 'c' })).toEqual(['a', 'b', 'c'])
  })
})

describe('the source of variables', () => {
  const variables = { id: 'KEY_ID', secret: 'KEY_SECRET', token: 'KEY_TOKEN' }
  const find = (environment: Readonly<Record<string, string>>) => variablesSource(environment, variables, names).find()

  test('is named by its variables, and is absent without both halves', () => {
    expect(variablesSource({}, variables, names).name).toBe('KEY_ID and KEY_SECRET')
    expect(find({ KEY_TOKEN: 'token' })).toEqual({ kind: 'absent', reason: 'not set' })
    expect(find({ KEY_ID: '', KEY_SECRET: '' })).toEqual({ kind: 'absent', reason: 'not set' })
  })

  test('gives the key, and refuses one half', () => {
    expect(find({ KEY_ID: 'id', KEY_SECRET: 'secret', KEY_TOKEN: 'token' })).toEqual({
      kind: 'found',
      credentials: { id: 'id', secret: 'secret', token: 'token' },
    })
    expect(find({ KEY_ID: 'id' })).toMatchObject({ failure: { message: expect.stringContaining('keySecret') } })
    expect(find({ KEY_SECRET: 'secret' })).toMatchObject({ failure: { message: expect.stringContaining('keyId') } })
  })
})
