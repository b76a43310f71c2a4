import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TencentOptions } from '../src/index.js'
import { call, signers } from './support/calls.js'

const region = 'ap-guangzhou'
const keys = { TENCENTCLOUD_SECRET_ID: 'env-id', TENCENTCLOUD_SECRET_KEY: 'canary-key' }
const environment = (variables: Record<string, string>): TencentOptions => ({
  region,
  testing: { environment: variables },
})

async function refusalOf(options: TencentOptions): Promise<string> {
  const { sent, failure } = await call(options)
  expect(sent).toEqual([])
  expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
  expect(JSON.stringify(failure)).not.toContain('canary')
  return `${failure?.message} ${failure?.hint}`
}

describe('credentials of the environment', () => {
  test('sign a call, with a token if there is one', async () => {
    expect(signers(await call(environment(keys)))).toEqual([['env-id', undefined]])
    const session = environment({ ...keys, TENCENTCLOUD_SESSION_TOKEN: 'env-token' })
    expect(signers(await call(session))).toEqual([['env-id', 'env-token']])
  })

  test('with one half are refused with the other half named', async () => {
    expect(await refusalOf(environment({ TENCENTCLOUD_SECRET_ID: 'canary' }))).toContain('secretKey')
    expect(await refusalOf(environment({ TENCENTCLOUD_SECRET_KEY: 'canary' }))).toContain('secretId')
  })

  test('that are missing are refused with every place named', async () => {
    const text = await refusalOf(environment({}))
    expect(text).toContain('TENCENTCLOUD_SECRET_ID')
    expect(text).toContain('/nonexistent/.tencentcloud/credentials')
  })
})

describe('credentials of a profile', () => {
  let home = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'tencent-'))
    await mkdir(join(home, '.tencentcloud'))
  })
  afterEach(() => rm(home, { recursive: true }))

  const write = (text: string): Promise<void> => writeFile(join(home, '.tencentcloud', 'credentials'), text)
  const at = (options: TencentOptions = {}): TencentOptions => ({
    region,
    ...options,
    testing: { homeDirectory: home, ...options.testing },
  })

  test('default are found after the environment', async () => {
    await write('[default]\nsecret_id = file-id\nsecret_key = file-key\n[ci]\nsecret_id = ci-id\nsecret_key = ci-key\n')
    expect(signers(await call(at()))).toEqual([['file-id', undefined]])
    expect(signers(await call(at({ testing: { environment: keys } })))).toEqual([['env-id', undefined]])
    expect(signers(await call(at({ profile: 'ci', testing: { environment: keys } })))).toEqual([['ci-id', undefined]])
  })

  test('that lack a part, or that are not there, are refused', async () => {
    await write('[default]\nsecret_id = canary\n')
    expect(await refusalOf(at())).toContain('the profile default')
    expect(await refusalOf(at({ profile: 'ci' }))).toContain('it has no profile ci')
  })
})

describe('credentials of the option', () => {
  test('come before the environment, and are trimmed', async () => {
    const credentials = { secretId: ' id\n', secretKey: '\tkey ', token: ' \n' }
    expect(signers(await call({ ...environment(keys), credentials }))).toEqual([['id', undefined]])
  })

  test.each([
    { secretId: '', secretKey: 'canary' },
    { secretId: 'id', secretKey: 'canary\nkey' },
    { secretId: 'id', secretKey: 'key', token: 'canary\r\nX: y' },
  ])('that cannot be a key are refused', async (credentials) => {
    expect(await refusalOf({ region, credentials })).toContain('missing or malformed')
  })

  test('of a function are asked for again if the cloud refuses their token', async () => {
    let asked = 0
    const credentials = async () => ({ secretId: 'id', secretKey: 'key', token: `token-${(asked += 1)}` })
    const refused = { Error: { Code: 'AuthFailure.TokenFailure', Message: 'The token is not valid.' } }
    const outcome = await call({ region, credentials }, [refused, {}])
    expect([outcome.failure, signers(outcome)]).toEqual([
      undefined,
      [
        ['id', 'token-1'],
        ['id', 'token-2'],
      ],
    ])
  })
})
