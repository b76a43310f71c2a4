import { systemClock } from '@cloud-keypair/core'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { createCredentials, surroundingsOf } from '../src/credentials.js'
import type { VolcengineCredentials, VolcengineOptions } from '../src/index.js'
import { canaries, envelope, refusal, sessionToken, startCloud, type Cloud, type Reply } from './support/cloud.js'

const done = { body: envelope('AttachKeyPair', { OperationDetails: [{ InstanceId: 'i-1', Error: null }] }) }
const attach = (cloud: Cloud, signal?: AbortSignal): Promise<Result<unknown, CallFailure>> =>
  cloud.driver.doAttachKeyPair(
    { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1'] },
    cloud.context(signal === undefined ? {} : { signal }),
  )

/** Returns the access key and the session token of each request. */
const signers = (cloud: Cloud): readonly (readonly [string | undefined, string | string[] | undefined])[] =>
  cloud.received.map(({ headers }) => [
    /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1],
    headers['x-security-token'],
  ])

async function withHome<T>(config: string | undefined, use: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'volcengine-'))
  try {
    if (config !== undefined) {
      await mkdir(join(home, '.volc'))
      await writeFile(join(home, '.volc', 'config'), config)
    }
    return await use(home)
  } finally {
    await rm(home, { recursive: true })
  }
}

const offline = { VOLCENGINE_ECS_METADATA_DISABLED: 'true' }

async function outcomeOf(options: VolcengineOptions): Promise<{ signer?: unknown; failure?: CallFailure }> {
  const environment = { ...offline, ...options.testing?.environment }
  await using cloud = await startCloud(done, {
    credentials: undefined,
    ...options,
    testing: { ...options.testing, environment },
  })
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
  const options: VolcengineOptions = {}
  Reflect.set(options, 'credentials', give)
  return (await outcomeOf(options)).failure
}

describe('credentials by default', () => {
  const config = JSON.stringify({ VOLC_ACCESSKEY: 'file-ak', VOLC_SECRETKEY: 'file-sk' })
  const newest = {
    VOLCENGINE_ACCESS_KEY: 'new-ak',
    VOLCENGINE_SECRET_KEY: 'new-sk',
    VOLCENGINE_SESSION_TOKEN: 'new-token',
  }
  const volc = { VOLC_ACCESSKEY: 'volc-ak', VOLC_SECRETKEY: 'volc-sk' }
  const stack = {
    VOLCSTACK_ACCESS_KEY_ID: 'stack-ak',
    VOLCSTACK_SECRET_ACCESS_KEY: 'stack-sk',
    VOLCSTACK_SESSION_TOKEN: 'stack-token',
  }

  test('come from the first source that has some, and never from two', async () => {
    await withHome(config, async (homeDirectory) => {
      const signerOf = async (environment: Record<string, string>) =>
        (await outcomeOf({ testing: { environment, homeDirectory } })).signer
      expect(await signerOf({ ...stack, ...volc, ...newest })).toEqual(['new-ak', 'new-token'])
      expect(await signerOf({ ...stack, ...volc })).toEqual(['volc-ak', undefined])
      expect(await signerOf(stack)).toEqual(['stack-ak', 'stack-token'])
      expect(await signerOf({ VOLCSTACK_ACCESS_KEY: 'older-ak', VOLCSTACK_SECRET_KEY: 'older-sk' })).toEqual([
        'older-ak',
        undefined,
      ])
      expect(await signerOf({})).toEqual(['file-ak', undefined])
      expect(await signerOf({ ...volc, VOLCENGINE_ACCESS_KEY: '', VOLCENGINE_SECRET_KEY: '' })).toEqual([
        'volc-ak',
        undefined,
      ])
    })
  })

  test('with one half are refused with the other half named', async () => {
    await withHome(config, async (homeDirectory) => {
      const messageOf = async (environment: Record<string, string>) =>
        (await outcomeOf({ testing: { environment, homeDirectory } })).failure?.message
      expect(await messageOf({ VOLC_ACCESSKEY: 'ak' })).toContain('VOLC_SECRETKEY')
      expect(await messageOf({ ...volc, VOLCENGINE_SECRET_KEY: 'sk' })).toContain('VOLCENGINE_ACCESS_KEY')
    })
    await withHome('{"VOLC_ACCESSKEY":"ak"}', async (homeDirectory) => {
      const { failure } = await outcomeOf({ testing: { homeDirectory } })
      expect(failure?.message).toContain('VOLC_SECRETKEY')
      expect(failure?.message).toContain('config')
    })
  })

  test('without any source are refused with every place named', async () => {
    await withHome(undefined, async (homeDirectory) => {
      const { failure } = await outcomeOf({ testing: { homeDirectory } })
      for (const place of [
        'VOLCENGINE_ACCESS_KEY',
        'VOLC_ACCESSKEY',
        'VOLCSTACK_ACCESS_KEY_ID',
        join(homeDirectory, '.volc', 'config'),
      ]) {
        expect(failure?.hint).toContain(place)
      }
    })
  })

  test.each([
    'canary-private-key',
    '["canary-private-key"]',
    '{"VOLC_ACCESSKEY":"canary-access-key-id"',
    '{"VOLC_ACCESSKEY":7,"VOLC_SECRETKEY":"canary/secret+access=key"}',
  ])('a broken file is refused and not quoted', async (broken) => {
    await withHome(broken, async (homeDirectory) => {
      expect((await outcomeOf({ testing: { homeDirectory } })).failure?.message).toContain('.volc')
    })
  })

  test('are trimmed', async () => {
    const credentials = { accessKeyId: ' ak\n', secretAccessKey: '\tsk ', sessionToken: ' \n' }
    expect((await outcomeOf({ credentials })).signer).toEqual(['ak', undefined])
  })

  test.each([
    { accessKeyId: '', secretAccessKey: 'canary/secret+access=key' },
    { accessKeyId: 'canary-access-key-id', secretAccessKey: 'a\nb' },
    { accessKeyId: 'canary-access-key-id', secretAccessKey: 'sk', sessionToken: 'canary/session+token==\r\nX: y' },
  ])('that cannot be a key are refused', async (credentials) => {
    expect((await outcomeOf({ credentials })).failure?.message).toContain('missing or malformed')
  })
})

describe('credentials from a function', () => {
  const expired = {
    status: 401,
    body: refusal('InvalidSecretToken', `Invalid secret token, msg: ${sessionToken} expired.`),
  }

  function source(): {
    readonly asked: () => number
    readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }>
  } {
    let asked = 0
    return {
      asked: () => asked,
      credentials: async () => {
        asked += 1
        return { accessKeyId: `ak-${asked}`, secretAccessKey: `sk-${asked}`, sessionToken: `token-${asked}` }
      },
    }
  }

  test('are asked for once, by the first call', async () => {
    const { asked, credentials } = source()
    await using cloud = await startCloud(done, { credentials })
    expect(asked()).toBe(0)
    await Promise.all([attach(cloud), attach(cloud)])
    await attach(cloud)
    expect(asked()).toBe(1)
  })

  test.each(['InvalidSecretToken', 'InvalidCredential', 'InvalidAccessKey', 'ExpiredToken'])(
    'are asked for again after %s, and the request is signed again with the same token',
    async (code) => {
      const { credentials } = source()
      await using cloud = await startCloud([{ status: 401, body: refusal(code) }, done], { credentials })
      expect((await attach(cloud)).isOk()).toBe(true)
      expect(signers(cloud)).toEqual([
        ['ak-1', 'token-1'],
        ['ak-2', 'token-2'],
      ])
      expect(cloud.received[0]?.query).toEqual(cloud.received[1]?.query)
    },
  )

  test('are asked for only once more, whatever the cloud answers then', async () => {
    const { asked, credentials } = source()
    await using cloud = await startCloud(expired, { credentials })
    const refused = (await attach(cloud))._unsafeUnwrapErr()
    expect(refused).toMatchObject({ code: 'unauthenticated', outcome: 'none', vendor: { code: 'InvalidSecretToken' } })
    expect([asked(), cloud.received.length]).toEqual([2, 2])
  })

  test('are asked for once by all the calls that are refused together', async () => {
    const { asked, credentials } = source()
    const answer: Reply = (response, { headers }) => {
      const stale = headers['x-security-token'] === 'token-1'
      response.writeHead(stale ? 401 : 200).end(stale ? expired.body : done.body)
    }
    await using cloud = await startCloud(answer, { credentials })
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
    expect(one?._unsafeUnwrap()).toBe(other?._unsafeUnwrap())
    expect(asked()).toBe(2)
  })

  test('that stay the same are not sent twice', async () => {
    await using cloud = await startCloud(expired)
    expect((await attach(cloud))._unsafeUnwrapErr().code).toBe('unauthenticated')
    expect(cloud.received).toHaveLength(1)
  })

  test('are not asked for again for a wrong clock', async () => {
    const { asked, credentials } = source()
    await using cloud = await startCloud({ status: 400, body: refusal('InvalidTimestamp') }, { credentials })
    expect((await attach(cloud))._unsafeUnwrapErr().hint).toContain('clock')
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
    ['an end that is no time', async () => ({ accessKeyId: 'a', secretAccessKey: secret, expiresAt: NaN })],
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
      secretAccessKey: secret,
      get accessKeyId(): string {
        return thrown(new Error(secret))
      },
    }
    await using cloud = await startCloud(done, { credentials })
    for (let call = 0; call < 2; call += 1) {
      const failure = (await attach(cloud))._unsafeUnwrapErr()
      expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
      expect(JSON.stringify(failure)).not.toContain(secret)
    }
  })

  test('that end are asked for again before their end', async () => {
    let clock = Date.UTC(2026, 10, 22)
    let asked = 0
    const credentials = async (): Promise<VolcengineCredentials> => {
      asked += 1
      if (asked === 2) throw new Error('not now')
      return { accessKeyId: `ak-${asked}`, secretAccessKey: 'sk', expiresAt: clock + 3_600_000 }
    }
    await using cloud = await startCloud(done, {
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
    const credentials = async (): Promise<{ accessKeyId: string; secretAccessKey: string }> => {
      asked += 1
      if (asked === 1) throw new Error('not yet')
      return { accessKeyId: 'ak', secretAccessKey: 'sk' }
    }
    await using cloud = await startCloud(done, { credentials })
    expect((await attach(cloud)).isErr()).toBe(true)
    expect((await attach(cloud)).isOk()).toBe(true)
  })

  test('that do not come again end by an abort, with the earlier refusal', async () => {
    const controller = new AbortController()
    let asked = 0
    const credentials = async (): Promise<{ accessKeyId: string; secretAccessKey: string }> => {
      asked += 1
      if (asked === 1) return { accessKeyId: 'ak', secretAccessKey: 'sk' }
      controller.abort()
      return new Promise(() => undefined)
    }
    await using cloud = await startCloud(expired, { credentials })
    expect((await attach(cloud, controller.signal))._unsafeUnwrapErr().code).toBe('unauthenticated')
    expect(cloud.received).toHaveLength(1)
  })

  test('that do not come end by an abort, and nothing is sent', async () => {
    await using cloud = await startCloud(done, { credentials: () => new Promise(() => undefined) })
    const controller = new AbortController()
    const answered = attach(cloud, controller.signal)
    controller.abort()
    expect((await answered)._unsafeUnwrapErr()).toMatchObject({ code: 'aborted', outcome: 'none', transient: false })
    expect((await attach(cloud, controller.signal))._unsafeUnwrapErr().code).toBe('aborted')
    expect(cloud.received).toEqual([])
  })
})
