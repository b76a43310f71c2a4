import { systemClock } from '@cloud-keypair/core'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { now, outcomeOf, refusal, startSts, withMachine, type Machine, type Outcome } from './support/machine.js'

const sts = 'https://sts.volcengineapi.com'
const config = '.volcengine/config.json'
const keys = { 'access-key': 'profile-key', 'secret-key': 'canary-secret-of-profile' }

/** Makes a machine whose command has one profile, the current one. */
const withProfile = (profile: object, more: Machine = {}): Machine => ({
  ...more,
  files: { [config]: { current: 'dev', profiles: { dev: profile } }, ...more.files },
})

describe('the profile that is used', () => {
  const profiles = {
    current: 'one',
    profiles: {
      default: { ...keys, 'access-key': 'default-key' },
      one: { ...keys, 'access-key': 'one-key' },
      two: { ...keys, 'access-key': 'two-key' },
    },
  }
  const keyOf = async (machine: Machine): Promise<unknown> => (await outcomeOf(machine)).signer?.[0]

  test('is the one that the option names, before the environment and the file', async () => {
    const environment = { VOLCENGINE_PROFILE: 'one', VOLCENGINE_ACCESS_KEY: 'ak', VOLCENGINE_SECRET_KEY: 'sk' }
    expect(await keyOf({ files: { [config]: profiles }, environment, options: { profile: 'two' } })).toBe('two-key')
  })

  test('is the one that the environment names, before the current one of the file', async () => {
    const files = { [config]: profiles }
    expect(await keyOf({ files, environment: { VOLCENGINE_PROFILE: 'two' } })).toBe('two-key')
    expect(await keyOf({ files, environment: { VOLCSTACK_PROFILE: 'two' } })).toBe('two-key')
    expect(await keyOf({ files })).toBe('one-key')
    expect(await keyOf({ files: { [config]: { ...profiles, current: '' } } })).toBe('default-key')
  })

  test('comes from the file in the environment', async () => {
    await withMachine({}, async ({ home, write }) => {
      await write({ 'elsewhere.json': profiles })
      const environment = { VOLCENGINE_CLI_CONFIG_FILE: join(home, 'elsewhere.json') }
      expect(await keyOf({ environment })).toBe('one-key')
    })
  })

  test.each([
    [{ options: { profile: 'gone' } }, 'gone'],
    [{ environment: { VOLCENGINE_PROFILE: 'gone' } }, 'gone'],
  ])('has to exist if it is named', async (machine, name) => {
    const { failure } = await outcomeOf({ ...machine, files: { [config]: profiles } })
    expect(failure?.message).toContain(`there is no profile ${name}`)
    expect(failure?.hint).toBe('Name one of its profiles: default, one, two.')
    expect((await outcomeOf(machine)).failure?.message).toContain('there is no file')
  })

  test('may be missing if nobody names it', async () => {
    const files = {
      [config]: { current: 'gone', profiles: {} },
      '.volc/config': { VOLC_ACCESSKEY: 'a', VOLC_SECRETKEY: 's' },
    }
    expect(await keyOf({ files })).toBe('a')
    expect(await keyOf({ files: { ...files, [config]: '' } })).toBe('a')
  })

  test.each([
    ['not JSON, with canary-secret', 'is not JSON'],
    [['canary-secret'], 'is not in the form'],
    [{ profiles: { dev: 'canary-secret' } }, 'is not in the form'],
  ])('is not read from a file that is broken, which is not quoted', async (broken, reason) => {
    const { failure } = await outcomeOf({ files: { [config]: broken } })
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
    expect(failure?.message).toContain(reason)
  })

  test('is not read from a folder, a pipe without a writer or a huge file, and nothing hangs', async () => {
    const messageOf = (outcome: Outcome): string | undefined => outcome.failure?.message
    await withMachine({ files: { [`${config}/inside`]: '' } }, async ({ call }) => {
      expect(messageOf(await call())).toContain('is not a regular file')
    })
    await withMachine({ files: { '.volcengine/x': '' } }, async ({ home, call }) => {
      execFileSync('mkfifo', [join(home, config)])
      expect(messageOf(await call())).toContain('is not a regular file')
    })
    await withMachine({ files: { [config]: ' '.repeat(1024 * 1024 + 1) } }, async ({ call }) => {
      expect(messageOf(await call())).toContain('is larger than 1 MiB')
    })
  })
})

describe('a profile of mode', () => {
  test.each([keys, { ...keys, mode: 'AK' }, { ...keys, mode: ' ak ', 'session-token': '' }])(
    'ak gives its access key',
    async (profile) => {
      expect((await outcomeOf(withProfile(profile))).signer).toEqual(['profile-key', undefined, 'cn-beijing'])
    },
  )

  test('ak gives its session token with it', async () => {
    const profile = { ...keys, 'session-token': 'canary-token' }
    expect((await outcomeOf(withProfile(profile))).signer).toEqual(['profile-key', 'canary-token', 'cn-beijing'])
  })

  test.each([{}, { 'access-key': 'profile-key' }, { 'secret-key': 'canary-secret' }])(
    'ak without a whole key is refused, and no other place is looked in',
    async (profile) => {
      const files = { '.volc/config': { VOLC_ACCESSKEY: 'a', VOLC_SECRETKEY: 's' } }
      expect((await outcomeOf(withProfile(profile, { files }))).failure?.message).toMatch(
        /(access|secret)-key is missing/,
      )
    },
  )

  test('StsToken gives a session until it ends', async () => {
    const profile = { ...keys, mode: 'StsToken', 'session-token': 'canary-token', 'sts-expiration': now / 1000 + 60 }
    expect((await outcomeOf(withProfile(profile))).signer?.[1]).toBe('canary-token')
    const over = await outcomeOf(withProfile({ ...profile, 'sts-expiration': now / 1000 }))
    expect(over.failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('ran out') })
    const without = await outcomeOf(withProfile({ ...profile, 'session-token': undefined }))
    expect(without.failure?.message).toContain('session-token is missing')
  })

  test.each([
    { 'role-name': 'deployer', 'account-id': 2100000000 },
    { 'role-trn': 'trn:iam::2100000000:role/deployer' },
  ])('RamRoleArn assumes the role with the key of the profile', async (role) => {
    const profile = { ...keys, ...role, mode: 'RamRoleArn', region: 'cn-shanghai' }
    const hosts = { [sts]: startSts('canary-secret-of-profile') }
    const { signer, requests } = await outcomeOf(withProfile(profile, { hosts, options: { region: undefined } }))
    expect(signer).toEqual(['role-key', 'canary-token-of-role', 'cn-shanghai'])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      method: 'GET',
      query: {
        Action: 'AssumeRole',
        Version: '2018-01-01',
        RoleTrn: 'trn:iam::2100000000:role/deployer',
        RoleSessionName: 'cloud-keypair',
        DurationSeconds: '3600',
      },
    })
    expect(requests[0]?.headers.authorization).toContain('/cn-shanghai/sts/request')
  })

  test.each([
    [{ 'role-name': 'deployer' }, 'account-id is missing'],
    [{ 'account-id': '2100000000' }, 'role-name is missing'],
    [{ 'role-name': 'deployer', 'account-id': '1', 'secret-key': '' }, 'secret-key is missing'],
  ])('RamRoleArn without all that it needs is refused', async (fields, message) => {
    const { failure, requests } = await outcomeOf(withProfile({ ...keys, ...fields, mode: 'RamRoleArn' }))
    expect(failure?.message).toContain(message)
    expect(requests).toEqual([])
  })

  test('RamRoleArn tells why the role was refused', async () => {
    const hosts = { [sts]: () => refusal(403, 'AccessDenied', 'canary-secret-of-profile') }
    const profile = { ...keys, mode: 'RamRoleArn', 'role-name': 'deployer', 'account-id': '2100000000' }
    const { failure } = await outcomeOf(withProfile(profile, { hosts }))
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      outcome: 'none',
      transient: false,
      vendor: { code: 'AccessDenied', httpStatus: 403, requestId: 'req-1' },
    })
    expect(failure?.message).toContain('the role trn:iam::2100000000:role/deployer: AssumeRole: The vendor says no')
  })

  test.each([
    [{ [sts]: () => refusal(429, 'FlowLimitExceeded') }, 'throttled'],
    [{ [sts]: () => ({ status: 503, body: '<html>' }) }, 'unavailable'],
    [{}, 'network'],
  ])('RamRoleArn may be tried again if STS is busy or out of reach', async (hosts, code) => {
    const profile = { ...keys, mode: 'RamRoleArn', 'role-name': 'deployer', 'account-id': '2100000000' }
    const { failure } = await outcomeOf(withProfile(profile, { hosts }))
    expect(failure).toMatchObject({ code, outcome: 'none', transient: true })
  })

  test('RamRoleArn refuses an answer without a session', async () => {
    const profile = { ...keys, mode: 'RamRoleArn', 'role-name': 'deployer', 'account-id': '2100000000' }
    const hosts = { [sts]: startSts('canary-secret-of-profile', { SessionToken: undefined }) }
    const { failure } = await outcomeOf(withProfile(profile, { hosts }))
    expect(failure).toMatchObject({
      code: 'invalid-response',
      outcome: 'none',
      message: expect.stringContaining('SessionToken'),
    })
  })

  test('magic is refused', async () => {
    expect((await outcomeOf(withProfile({ ...keys, mode: 'magic' }))).failure?.message).toContain('mode is not known')
  })
})

describe('a role that is assumed with an OIDC token', () => {
  const role = 'trn:iam::2100000000:role/ci'
  const hosts = { [sts]: startSts('') }

  test('is that of the profile', async () => {
    await withMachine({ hosts }, async ({ home, write, call }) => {
      const profile = { mode: 'oidc', 'role-trn': role, 'oidc-token-file': join(home, 'token') }
      await write({ token: 'canary-oidc-token\n', [config]: { current: 'dev', profiles: { dev: profile } } })
      const { signer, requests } = await call()
      expect(signer?.slice(0, 2)).toEqual(['role-key', 'canary-token-of-role'])
      expect(requests[0]).toMatchObject({
        method: 'POST',
        query: { Action: 'AssumeRoleWithOIDC', Version: '2018-01-01' },
      })
      expect(requests[0]?.headers.authorization).toBeUndefined()
      expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
        RoleTrn: role,
        OIDCToken: 'canary-oidc-token',
        RoleSessionName: 'cloud-keypair',
        DurationSeconds: '3600',
      })
    })
  })

  test('is that of the environment, before any profile', async () => {
    await withMachine(
      { files: { token: 'canary-oidc-token', [config]: { profiles: { default: keys } } } },
      async ({ home }) => {
        const environment = {
          VOLCENGINE_OIDC_ROLE_TRN: role,
          VOLCENGINE_OIDC_TOKEN_FILE: join(home, 'token'),
          VOLCENGINE_OIDC_ROLE_SESSION_NAME: 'ci-run',
          VOLCENGINE_OIDC_ROLE_POLICY: '{}',
          VOLCENGINE_OIDC_STS_ENDPOINT: 'sts.example.com',
        }
        const { signer, requests } = await outcomeOf({
          environment,
          hosts: { 'https://sts.example.com': startSts('') },
        })
        expect(signer?.[0]).toBe('role-key')
        const sent = Object.fromEntries(new URLSearchParams(requests[0]?.body))
        expect(sent).toMatchObject({ RoleSessionName: 'ci-run', Policy: '{}' })
      },
    )
  })

  test.each([
    [{ VOLCENGINE_OIDC_ROLE_TRN: role }, 'VOLCENGINE_OIDC_TOKEN_FILE is missing'],
    [{ VOLCENGINE_OIDC_TOKEN_FILE: '/nonexistent' }, 'VOLCENGINE_OIDC_ROLE_TRN is missing'],
    [{ VOLCENGINE_OIDC_ROLE_TRN: role, VOLCENGINE_OIDC_TOKEN_FILE: '/nonexistent' }, 'there is no file /nonexistent'],
    [{ VOLCENGINE_OIDC_ROLE_TRN: role, VOLCENGINE_OIDC_TOKEN_FILE: '/' }, 'is not a regular file'],
    [{ VOLCENGINE_OIDC_ROLE_TRN: role, VOLCENGINE_OIDC_TOKEN_FILE: '/dev/null' }, 'is not a regular file'],
  ])('lists its missing controls', async (environment, message) => {
    const { failure } = await outcomeOf({ environment: { ...environment } })
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining(message) })
  })

  test('sends no token to a host without TLS', async () => {
    await withMachine({ files: { token: 'canary-oidc-token' } }, async ({ home }) => {
      const environment = {
        VOLCENGINE_OIDC_ROLE_TRN: role,
        VOLCENGINE_OIDC_TOKEN_FILE: join(home, 'token'),
        VOLCENGINE_OIDC_STS_ENDPOINT: 'http://sts.example.com',
      }
      const { failure, requests } = await outcomeOf({ environment })
      expect(failure?.message).toContain('the endpoint of STS is not an https one')
      expect(requests).toEqual([])
    })
  })

  test('tells why its token was refused, without the token', async () => {
    const refuses = { [sts]: () => refusal(400, 'InvalidOIDCToken.Expired', 'canary-oidc-token') }
    await withMachine({ files: { token: 'canary-oidc-token' } }, async ({ home }) => {
      const environment = { VOLCENGINE_OIDC_ROLE_TRN: role, VOLCENGINE_OIDC_TOKEN_FILE: join(home, 'token') }
      const { failure } = await outcomeOf({ environment, hosts: refuses })
      expect(failure).toMatchObject({ code: 'unauthenticated', vendor: { code: 'InvalidOIDCToken.Expired' } })
    })
  })
})

test('a session of the role is renewed before its end, and the token is read again', async () => {
  let clock = now
  let sessions = 0
  const host = startSts('')
  const hosts = {
    [sts]: (request: Parameters<typeof host>[0]) => {
      sessions += 1
      return startSts('', {
        AccessKeyId: `role-key-${sessions}`,
        ExpiredTime: new Date(clock + 3_600_000).toISOString(),
      })(request)
    },
  }
  await withMachine({ files: { token: 'canary-oidc-1' } }, async ({ home, write }) => {
    const environment = {
      VOLCENGINE_OIDC_ROLE_TRN: 'trn:iam::1:role/ci',
      VOLCENGINE_OIDC_TOKEN_FILE: join(home, 'token'),
    }
    await withMachine(
      { environment, hosts, options: { testing: { clock: { ...systemClock, now: () => clock } } } },
      async ({ call }) => {
        expect((await call()).signer?.[0]).toBe('role-key-1')
        clock += 54 * 60_000
        expect(await call()).toMatchObject({
          signer: ['role-key-1', 'canary-token-of-role', 'cn-beijing'],
          requests: [],
        })
        await write({ token: 'canary-oidc-2' })
        clock += 60_001
        const renewed = await call()
        expect(renewed.signer?.[0]).toBe('role-key-2')
        expect(renewed.requests[0]?.body).toContain('canary-oidc-2')
      },
    )
  })
})
