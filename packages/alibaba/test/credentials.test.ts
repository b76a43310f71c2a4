import { systemClock } from '@cloud-keypair/core'
import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { createCredentials, surroundingsOf } from '../src/credentials.js'
import type { AlibabaCredentials, AlibabaOptions } from '../src/index.js'
import { canaries, json, refusal, securityToken, startCloud, type Cloud, type Reply } from './support/cloud.js'
import { outcomeOf as outcomeOfMachine, withMachine } from './support/machine.js'

const results = [{ InstanceId: 'i-1', Code: 200, Message: 'successful', Success: true }]
const done = { body: json({ Results: { Result: results } }) }
const attach = (cloud: Cloud, signal?: AbortSignal): Promise<Result<unknown, CallFailure>> =>
  cloud.driver.doAttachKeyPair(
    { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1'] },
    cloud.context(signal === undefined ? {} : { signal }),
  )

/** Returns the access key and the token of each request. */
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

function thrown(error: unknown): never {
  throw error
}

/** Returns the failure of a call whose credentials come from an untyped function. */
async function failureOfCall(give: () => unknown): Promise<CallFailure | undefined> {
  const options: AlibabaOptions = {}
  Reflect.set(options, 'credentials', give)
  return (await outcomeOf(options)).failure
}

describe('credentials by default', () => {
  const environment = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: ' env-ak\n',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'env-sk',
    ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
  }
  const profiles = [{ name: 'default', mode: 'AK', access_key_id: 'file-ak', access_key_secret: 'file-sk' }]
  const files = { '.aliyun/config.json': { profiles } }

  test('come from the environment first, and from one place only', async () => {
    expect((await outcomeOfMachine({ environment, files })).signer?.slice(0, 2)).toEqual(['env-ak', undefined])
    const session = { ...environment, ALIBABA_CLOUD_SECURITY_TOKEN: 'env-token' }
    expect((await outcomeOfMachine({ environment: session, files })).signer?.[1]).toBe('env-token')
    const token = { ALIBABA_CLOUD_SECURITY_TOKEN: 'env-token' }
    expect((await outcomeOfMachine({ environment: token, files })).signer?.slice(0, 2)).toEqual(['file-ak', undefined])
  })

  test('with one half are refused with the other half named', async () => {
    const { failure } = await outcomeOfMachine({ environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'ak' }, files })
    expect(failure?.message).toBe('environment: ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing or malformed')
    const other = await outcomeOfMachine({ environment: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'sk' }, files })
    expect(other.failure?.message).toBe('environment: ALIBABA_CLOUD_ACCESS_KEY_ID is missing or malformed')
  })

  test('are found by all concurrent first calls', async () => {
    await withMachine({ files }, async ({ call }) => {
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => call()))
      expect(outcomes.map(({ failure }) => failure)).toEqual(Array.from({ length: 5 }, () => undefined))
    })
  })

  test('are looked for again in every place if there were none', async () => {
    const offline = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }
    await withMachine({ environment: offline }, async ({ call, write }) => {
      expect((await call()).failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
      await write(files)
      expect((await call()).signer?.[0]).toBe('file-ak')
    })
  })

  test('without any source are one refusal that names every place and its reason', async () => {
    const { failure } = await outcomeOfMachine({ environment: { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' } })
    expect(failure?.message).toBe('there are no credentials')
    for (const place of [
      'ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (not set)',
      'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
      '.aliyun/config.json',
      '.alibabacloud/credentials',
      'the role of the instance (switched off',
      'ALIBABA_CLOUD_CREDENTIALS_URI (not set)',
    ]) {
      expect(failure?.hint).toContain(place)
    }
  })

  test('that do not come end by an abort, and nothing is sent', async () => {
    const controller = new AbortController()
    const hosts = {
      'https://credentials.example.com': () => {
        controller.abort()
        return undefined
      },
    }
    const uri = {
      ALIBABA_CLOUD_CREDENTIALS_URI: 'https://credentials.example.com',
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
    }
    await withMachine({ environment: uri, hosts }, async ({ call }) => {
      const { failure, requests } = await call(controller.signal)
      expect(failure).toMatchObject({ code: 'aborted', outcome: 'none' })
      expect(requests).toHaveLength(1)
    })
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
  ])('are asked for again after %s, and the request is signed again with another nonce', async (code) => {
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

  test('are asked for only once more, whatever the cloud answers then', async () => {
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
    const transport = { send: () => Promise.reject(new Error('nothing is sent')), close: async () => undefined }
    const held = createCredentials({ credentials }, surroundingsOf({ credentials, transport }))
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

  const secret = 'canary/secret+access=key'
  const hostile: object = new Proxy(
    {},
    {
      get: () => {
        throw new Error(secret)
      },
      getPrototypeOf: () => {
        throw new Error(secret)
      },
    },
  )
  test.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new TypeError(secret))],
    ['rejects with a text', () => Promise.reject(secret)],
    ['rejects with nothing', () => Promise.reject()],
    ['rejects with what throws when it is looked at', () => Promise.reject(hostile)],
    ['throws at once', () => thrown(new Error(secret))],
    ['throws a text at once', () => thrown(secret)],
    ['throws what throws when it is looked at', () => thrown(hostile)],
    ['gives a promise of its own that throws', () => new Proxy({}, { get: () => () => thrown(new Error(secret)) })],
    ['gives what throws when it is awaited', () => hostile],
  ])('of a function that %s are unauthenticated, without its message', async (_, credentials) => {
    const failure = await failureOfCall(credentials)
    expect(failure?.message).toContain('the function credentials failed')
  })

  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', async () => null],
    ['a text', async () => secret],
    ['a half of a key', async () => ({ accessKeyId: 'canary-access-key-id' })],
    ['an end that is no time', async () => ({ accessKeyId: 'a', accessKeySecret: secret, expiresAt: NaN })],
    [
      'a key that throws if read',
      async () => ({
        get accessKeyId() {
          return thrown(new Error(secret))
        },
      }),
    ],
  ])('of a function that gives %s are unauthenticated', async (_, credentials) => {
    expect((await failureOfCall(credentials))?.code).toBe('unauthenticated')
  })

  test('from an option that throws if read are `unauthenticated`, each time', async () => {
    const credentials = {
      accessKeySecret: secret,
      get accessKeyId(): string {
        return thrown(new Error(secret))
      },
    }
    await using cloud = await startCloud('ecs', done, { credentials })
    for (let call = 0; call < 2; call += 1) {
      const failure = (await attach(cloud))._unsafeUnwrapErr()
      expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
      expect(JSON.stringify(failure)).not.toContain(secret)
    }
  })

  test('that end are asked for again before their end', async () => {
    let clock = Date.UTC(2026, 10, 22)
    let asked = 0
    const credentials = async (): Promise<AlibabaCredentials> => {
      asked += 1
      if (asked === 2) throw new Error('not now')
      return { accessKeyId: `ak-${asked}`, accessKeySecret: 'sk', expiresAt: clock + 3_600_000 }
    }
    await using cloud = await startCloud('ecs', done, {
      credentials,
      testing: { clock: { ...systemClock, now: () => clock } },
    })
    await attach(cloud)
    clock += 55 * 60_000
    // The second is refused, and the first is still good.
    await attach(cloud)
    clock += 2.5 * 60_000
    await attach(cloud)
    expect(signers(cloud).map(([key]) => key)).toEqual(['ak-1', 'ak-1', 'ak-3'])
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

  test('that do not come again end by an abort, with the earlier refusal', async () => {
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
