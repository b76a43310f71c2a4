import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CallFailure, Result } from '@cloud-keypair/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCredentialSource } from '../src/credentials.js'
import type { AlibabaOptions } from '../src/index.js'
import { canaries, json, refusal, securityToken, startCloud, type Cloud, type Reply } from './support/cloud.js'

const results = [{ InstanceId: 'i-1', Code: 200, Message: 'successful', Success: true }]
const done = { body: json({ Results: { Result: results } }) }
const attach = (cloud: Cloud, signal?: AbortSignal): Promise<Result<unknown, CallFailure>> =>
  cloud.driver.doAttachKeyPair(
    { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1'] },
    cloud.context(signal === undefined ? {} : { signal }),
  )

/** The access key that a request was signed with, and its token. */
const signers = (cloud: Cloud): readonly (readonly [string | undefined, string | string[] | undefined])[] =>
  cloud.received.map(({ headers }) => [
    /Credential=([^,]+),/.exec(headers.authorization ?? '')?.[1],
    headers['x-acs-security-token'],
  ])

async function outcomeOf(options: AlibabaOptions): Promise<{ signer?: unknown; failure?: CallFailure }> {
  await using cloud = await startCloud('ecs', done, { credentials: undefined, ...options })
  const answered = await attach(cloud)
  if (answered.isOk()) return { signer: signers(cloud)[0] }
  expect(cloud.received).toEqual([])
  expect(answered.error).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false, scope: 'call' })
  expect(canaries.filter((canary) => JSON.stringify(answered.error).includes(canary))).toEqual([])
  return { failure: answered.error }
}

describe("credentials by default, which are the vendor's chain", () => {
  let home = ''
  const profile = (fields: object): string =>
    JSON.stringify({ current: 'p', profiles: [{ name: 'p', mode: 'AK', region_id: 'cn-hangzhou', ...fields }] })
  const writeConfig = async (text: string, path = '.aliyun/config.json'): Promise<void> => {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'alibaba-'))
    for (const name of Object.keys(process.env)) if (name.startsWith('ALIBABA_CLOUD_')) vi.stubEnv(name, undefined)
    vi.stubEnv('HOME', home)
    // Nothing leaves this machine.
    vi.stubEnv('ALIBABA_CLOUD_ECS_METADATA_DISABLED', 'true')
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(home, { recursive: true })
  })

  test('come from the environment', async () => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', ' env-ak\n')
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'env-sk')
    expect((await outcomeOf({})).signer).toEqual(['env-ak', undefined])
    vi.stubEnv('ALIBABA_CLOUD_SECURITY_TOKEN', 'env-token')
    expect((await outcomeOf({})).signer).toEqual(['env-ak', 'env-token'])
  })

  test("come from the profile of the vendor's command line", async () => {
    await writeConfig(profile({ access_key_id: 'file-ak', access_key_secret: 'file-sk' }))
    expect((await outcomeOf({})).signer).toEqual(['file-ak', undefined])
  })

  test('are found by all who ask for them at first at the same time', async () => {
    await writeConfig(profile({ access_key_id: 'file-ak', access_key_secret: 'file-sk' }))
    await using cloud = await startCloud('ecs', done, { credentials: undefined })
    const answered = await Promise.all(Array.from({ length: 5 }, () => attach(cloud)))
    expect(answered.map((one) => one.isOk())).toEqual(Array.from({ length: 5 }, () => true))
  })

  test('are looked for anew in every place after there were none', async () => {
    await using cloud = await startCloud('ecs', done, { credentials: undefined })
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'env-ak')
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'env-sk')
    expect((await attach(cloud)).isOk()).toBe(true)
  })

  test('none at all is one refusal that names every place', async () => {
    const { failure } = await outcomeOf({})
    expect(failure?.message).toBe('there are no credentials')
    for (const place of [
      'option credentials',
      'ALIBABA_CLOUD_ACCESS_KEY_ID',
      'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
      '~/.aliyun/config.json',
      '~/.alibabacloud/credentials',
      'ALIBABA_CLOUD_CREDENTIALS_URI',
    ]) {
      expect(failure?.hint).toContain(place)
    }
  })

  test.each([
    'canary/secret+access=key',
    '{"access_key_id":"canary-access-key-id","access_key_secret":"canary/secret+access=key"',
    profile({ access_key_id: 'canary-access-key-id', access_key_secret: '' }),
  ])('a broken file of the command line is not quoted', async (broken) => {
    await writeConfig(broken)
    expect((await outcomeOf({})).failure?.message).toBe('there are no credentials')
  })

  test('an answer from the URI that is none is not quoted', async () => {
    await using uri = await startCloud('ecs', {
      body: '{"Code":"Failed","AccessKeySecret":"canary/secret+access=key"}',
    })
    vi.stubEnv('ALIBABA_CLOUD_CREDENTIALS_URI', uri.origin)
    expect((await outcomeOf({})).failure?.message).toBe('there are no credentials')
    expect(uri.received).toHaveLength(1)
  })

  test('that never come are given up on an abort, and nothing is sent', async () => {
    const controller = new AbortController()
    await using uri = await startCloud('ecs', () => controller.abort())
    vi.stubEnv('ALIBABA_CLOUD_CREDENTIALS_URI', uri.origin)
    await using cloud = await startCloud('ecs', done, { credentials: undefined })
    const answered = await attach(cloud, controller.signal)
    expect(answered._unsafeUnwrapErr()).toMatchObject({ code: 'aborted', outcome: 'none' })
    expect(cloud.received).toEqual([])
  })
})

describe('credentials that are given', () => {
  test('are trimmed', async () => {
    const credentials = { accessKeyId: ' ak\n', accessKeySecret: '\tsk ', securityToken: ' \n' }
    expect((await outcomeOf({ credentials })).signer).toEqual(['ak', undefined])
  })

  test.each([
    { accessKeyId: '', accessKeySecret: 'canary/secret+access=key' },
    { accessKeyId: 'canary-access-key-id', accessKeySecret: 'a\nb' },
    { accessKeyId: 'canary-access-key-id', accessKeySecret: 'sk', securityToken: 'canary/security+token==\r\nX: y' },
  ])('and cannot be a key are refused', async (credentials) => {
    expect((await outcomeOf({ credentials })).failure?.message).toContain('missing or malformed')
  })
})

describe('credentials from a function', () => {
  const expired = {
    status: 400,
    body: refusal('InvalidSecurityToken.Expired', `Specified SecurityToken ${securityToken} is expired.`),
  }

  function source(): {
    readonly asked: () => number
    readonly credentials: () => Promise<{ accessKeyId: string; accessKeySecret: string; securityToken: string }>
  } {
    let asked = 0
    return {
      asked: () => asked,
      credentials: async () => {
        asked += 1
        return { accessKeyId: `ak-${asked}`, accessKeySecret: `sk-${asked}`, securityToken: `token-${asked}` }
      },
    }
  }

  test('are asked for once, by the first call', async () => {
    const { asked, credentials } = source()
    await using cloud = await startCloud('ecs', done, { credentials })
    expect(asked()).toBe(0)
    await Promise.all([attach(cloud), attach(cloud)])
    await attach(cloud)
    expect(asked()).toBe(1)
  })

  test.each([
    'InvalidSecurityToken.Expired',
    'InvalidSecurityToken.MismatchWithAccessKey',
    'InvalidAccessKeyId.NotFound',
    'SignatureDoesNotMatch',
  ])('are asked for again after %s, and the request is signed anew with another nonce', async (code) => {
    const { credentials } = source()
    await using cloud = await startCloud('ecs', [{ status: 400, body: refusal(code) }, done], { credentials })
    expect((await attach(cloud)).isOk()).toBe(true)
    expect(signers(cloud)).toEqual([
      ['ak-1', 'token-1'],
      ['ak-2', 'token-2'],
    ])
    expect(cloud.received[0]?.query).toEqual(cloud.received[1]?.query)
    expect(cloud.received.map(({ headers }) => headers['x-acs-signature-nonce'])).toEqual(['nonce-1', 'nonce-2'])
  })

  test('are asked for once more only, whatever the cloud says then', async () => {
    const { asked, credentials } = source()
    await using cloud = await startCloud('ecs', expired, { credentials })
    const refused = (await attach(cloud))._unsafeUnwrapErr()
    expect(refused).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
    expect([asked(), cloud.received.length]).toEqual([2, 2])
  })

  test('are asked for once by all the calls that are refused together', async () => {
    const { asked, credentials } = source()
    const answer: Reply = (response, { headers }) => {
      const stale = headers['x-acs-security-token'] === 'token-1'
      response.writeHead(stale ? 400 : 200).end(stale ? expired.body : done.body)
    }
    await using cloud = await startCloud('ecs', answer, { credentials })
    const answered = await Promise.all(Array.from({ length: 10 }, () => attach(cloud)))
    expect(answered.every((one) => one.isOk())).toBe(true)
    expect(asked()).toBe(2)
  })

  test('are asked for once by calls that are refused at the same moment', async () => {
    const { asked, credentials } = source()
    const held = createCredentialSource({ credentials })
    const refused = (await held.get())._unsafeUnwrap()
    const [one, other] = await Promise.all([held.renew(refused), held.renew(refused)])
    expect(one._unsafeUnwrap()).toBe(other._unsafeUnwrap())
    expect(asked()).toBe(2)
  })

  test('that stay the same are not sent twice', async () => {
    await using cloud = await startCloud('ecs', expired)
    expect((await attach(cloud))._unsafeUnwrapErr().code).toBe('unauthenticated')
    expect(cloud.received).toHaveLength(1)
  })

  test.each(['IllegalTimestamp', 'Forbidden.RAM'])('are not asked for again after %s', async (code) => {
    const { asked, credentials } = source()
    await using cloud = await startCloud('ecs', { status: 400, body: refusal(code) }, { credentials })
    expect((await attach(cloud)).isErr()).toBe(true)
    expect(asked()).toBe(1)
  })

  test.each([
    () => Promise.reject(new TypeError('canary/secret+access=key')),
    () => Promise.reject('canary/secret+access=key'),
    () => {
      throw new Error('canary/secret+access=key')
    },
  ])('that fail are unauthenticated, without what they said', async (credentials) => {
    expect((await outcomeOf({ credentials })).failure?.message).toContain('the function credentials failed')
  })

  test('that fail are asked for again by the next call', async () => {
    let asked = 0
    const credentials = async (): Promise<{ accessKeyId: string; accessKeySecret: string }> => {
      asked += 1
      if (asked === 1) throw new Error('not yet')
      return { accessKeyId: 'ak', accessKeySecret: 'sk' }
    }
    await using cloud = await startCloud('ecs', done, { credentials })
    expect((await attach(cloud)).isErr()).toBe(true)
    expect((await attach(cloud)).isOk()).toBe(true)
  })

  test('that never come again are given up on an abort, and the refusal stands', async () => {
    const controller = new AbortController()
    let asked = 0
    const credentials = async (): Promise<{ accessKeyId: string; accessKeySecret: string }> => {
      asked += 1
      if (asked === 1) return { accessKeyId: 'ak', accessKeySecret: 'sk' }
      controller.abort()
      return new Promise(() => undefined)
    }
    await using cloud = await startCloud('ecs', expired, { credentials })
    expect((await attach(cloud, controller.signal))._unsafeUnwrapErr().code).toBe('unauthenticated')
    expect(cloud.received).toHaveLength(1)
  })
})
