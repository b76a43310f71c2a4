import { systemClock } from '@cloud-keypair/core'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  hour,
  now,
  outcomeOf,
  refusal,
  sessionOf,
  startSts,
  withMachine,
  type Machine,
  type Outcome,
} from './support/machine.js'

const sts = 'https://sts.aliyuncs.com'
const metadata = 'http://100.100.100.200'
const config = '.aliyun/config.json'
const shared = '.alibabacloud/credentials'
const keys = { access_key_id: 'profile-key', access_key_secret: 'canary-secret-of-profile' }

/** Makes a machine whose command has one profile, the current one. */
const withProfile = (profile: object, more: Machine = {}): Machine => ({
  ...more,
  files: { [config]: { current: 'dev', profiles: [{ name: 'dev', ...profile }] }, ...more.files },
})

describe('the profile that is used', () => {
  const profiles = {
    current: 'one',
    profiles: [
      { name: 'default', mode: 'AK', ...keys, access_key_id: 'default-key' },
      { name: 'one', mode: 'AK', ...keys, access_key_id: 'one-key' },
      { name: 'two', mode: 'AK', ...keys, access_key_id: 'two-key' },
    ],
  }
  const sdk =
    '[default]\ntype = access_key\naccess_key_id = shared-key\naccess_key_secret = canary-secret\n\n[three]\ntype=access_key\naccess_key_id=three-key\naccess_key_secret=canary-secret'
  const keyOf = async (machine: Machine): Promise<unknown> => (await outcomeOf(machine)).signer?.[0]

  test('is the one that the option names, before the environment and the file', async () => {
    const environment = {
      ALIBABA_CLOUD_PROFILE: 'one',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'ak',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'sk',
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
    }
    expect(await keyOf({ files: { [config]: profiles }, environment, options: { profile: 'two' } })).toBe('two-key')
  })

  test.each(['ALIBABA_CLOUD_PROFILE', 'ALIBABACLOUD_PROFILE', 'ALICLOUD_PROFILE'])(
    'is the one that %s names, before the current one of the file',
    async (name) => {
      expect(await keyOf({ files: { [config]: profiles }, environment: { [name]: 'two' } })).toBe('two-key')
    },
  )

  test('is the current one of the command, else the default one', async () => {
    expect(await keyOf({ files: { [config]: profiles } })).toBe('one-key')
    expect(await keyOf({ files: { [config]: { profiles: profiles.profiles } } })).toBe('default-key')
  })

  test("is one of the vendor's SDKs if the command has none", async () => {
    expect(await keyOf({ files: { [shared]: sdk } })).toBe('shared-key')
    expect(await keyOf({ files: { [shared]: sdk, [config]: { profiles: [] } } })).toBe('shared-key')
    expect(await keyOf({ files: { [shared]: sdk, [config]: profiles }, options: { profile: 'three' } })).toBe(
      'three-key',
    )
    const environment = { ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'TRUE' }
    expect(await keyOf({ files: { [shared]: sdk, [config]: profiles }, environment })).toBe('shared-key')
  })

  test('is in the file that the environment names', async () => {
    await withMachine({ files: { elsewhere: sdk } }, async ({ home }) => {
      const environment = { ALIBABA_CLOUD_CREDENTIALS_FILE: join(home, 'elsewhere') }
      expect(await keyOf({ environment })).toBe('shared-key')
    })
  })

  test.each([{ options: { profile: 'gone' } }, { environment: { ALIBABA_CLOUD_PROFILE: 'gone' } }])(
    'has to exist if it is named',
    async (machine) => {
      const { failure } = await outcomeOf({ ...machine, files: { [config]: profiles, [shared]: sdk } })
      expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
      expect(failure?.message).toMatch(
        /^there is no profile gone: .*config.json has default, one, two, and .*credentials has default, three$/,
      )
      expect((await outcomeOf(machine)).failure?.message).toMatch(/there is no file .* and no file /)
    },
  )

  test.each([
    ['not JSON, with canary-secret', 'is not JSON'],
    [['canary-secret'], 'is not in the form'],
    [{ profiles: { dev: 'canary-secret' } }, 'is not in the form'],
    [{ profiles: [{ access_key_secret: 'canary-secret' }] }, 'is not in the form'],
  ])('is not read from a file that is broken, which is not quoted', async (broken, reason) => {
    const { failure } = await outcomeOf({ files: { [config]: broken } })
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
    expect(failure?.message).toContain(reason)
  })

  test('is not read from a folder, a pipe without a writer or a huge file, and nothing hangs', async () => {
    const messageOf = ({ failure }: Outcome): string | undefined => failure?.message
    for (const path of [config, shared]) {
      await withMachine({ files: { [`${path}/inside`]: '' } }, async ({ call }) => {
        expect(messageOf(await call())).toContain('is not a regular file')
      })
      await withMachine({ files: { '.aliyun/x': '', '.alibabacloud/x': '' } }, async ({ home, call }) => {
        execFileSync('mkfifo', [join(home, path)])
        expect(messageOf(await call())).toContain('is not a regular file')
      })
      await withMachine({ files: { [path]: ' '.repeat(1024 * 1024 + 1) } }, async ({ call }) => {
        expect(messageOf(await call())).toContain('is larger than 1 MiB')
      })
    }
  })
})

describe('a profile of mode', () => {
  const role = { ...keys, mode: 'RamRoleArn', ram_role_arn: 'acs:ram::1:role/deployer' }

  test.each(['AK', 'ak'])('%s gives its access key', async (mode) => {
    const { signer } = await outcomeOf(withProfile({ ...keys, mode }))
    expect(signer).toEqual(['profile-key', undefined, 'cn-hangzhou'])
  })

  test.each([
    [{ mode: 'AK' }, 'access_key_id is missing'],
    [{ mode: 'AK', access_key_id: 'k' }, 'access_key_secret is missing'],
    [{ mode: 'StsToken', ...keys }, 'sts_token is missing'],
    [{ mode: 'RamRoleArn', ram_role_arn: 'arn' }, 'access_key_id is missing'],
    [{ mode: 'RamRoleArn', ...keys }, 'ram_role_arn is missing'],
    [{ mode: 'ChainableRamRoleArn' }, 'source_profile is missing'],
    [{ mode: 'OIDC' }, 'ram_role_arn is missing'],
    [{ mode: 'OIDC', ram_role_arn: 'arn' }, 'oidc_provider_arn is missing'],
    [{ mode: 'OIDC', ram_role_arn: 'arn', oidc_provider_arn: 'arn' }, 'oidc_token_file is missing'],
    [{ mode: 'CredentialsURI' }, 'credentials_uri is missing'],
    [{ mode: '' }, 'it is not configured yet'],
  ])('%j is refused, and no other place is looked in', async (profile, message) => {
    const hosts = { [metadata]: () => ({ body: 'role' }) }
    const { failure, requests } = await outcomeOf(withProfile(profile, { hosts }))
    expect(failure?.message).toContain(message)
    expect(failure?.hint).toBe('Run aliyun configure --profile dev.')
    expect(requests).toEqual([])
  })

  test.each(['RsaKeyPair', 'BearerToken', 'Anonymous', 'magic'])('%s is refused', async (mode) => {
    expect((await outcomeOf(withProfile({ ...keys, mode }))).failure?.message).toContain('mode is not taken here')
  })

  test('StsToken gives its session', async () => {
    const { signer } = await outcomeOf(withProfile({ ...keys, mode: 'StsToken', sts_token: 'canary-token' }))
    expect(signer?.slice(0, 2)).toEqual(['profile-key', 'canary-token'])
  })

  test('RamRoleArn assumes the role with the key of the profile', async () => {
    const profile = {
      ...role,
      ram_session_name: 'me',
      expired_seconds: 900,
      external_id: 'ext',
      region_id: 'cn-shanghai',
    }
    const hosts = { [sts]: startSts('canary-secret-of-profile') }
    const { signer, requests } = await outcomeOf(withProfile(profile, { hosts, options: { region: undefined } }))
    expect(signer).toEqual(['role-key', 'canary-token-of-role', 'cn-shanghai'])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      method: 'POST',
      query: { RoleArn: 'acs:ram::1:role/deployer', RoleSessionName: 'me', DurationSeconds: '900', ExternalId: 'ext' },
      headers: { 'x-acs-action': 'AssumeRole', 'x-acs-version': '2015-04-01' },
    })
  })

  test('RamRoleArn signs with the session token of the profile, if it has one', async () => {
    const hosts = { [sts]: startSts('canary-secret-of-profile') }
    const { requests } = await outcomeOf(withProfile({ ...role, sts_token: 'canary-token' }, { hosts }))
    expect(requests[0]?.headers['x-acs-security-token']).toBe('canary-token')
    expect(requests[0]?.query).toMatchObject({ RoleSessionName: 'cloud-keypair', DurationSeconds: '3600' })
  })

  test.each([
    [{ sts_endpoint: 'sts.example.com' }, {}, 'https://sts.example.com'],
    [{ sts_region: 'cn-beijing' }, {}, 'https://sts.cn-beijing.aliyuncs.com'],
    [{ sts_region: 'cn-beijing', enable_vpc: true }, {}, 'https://sts-vpc.cn-beijing.aliyuncs.com'],
    [{}, { ALIBABA_CLOUD_STS_REGION: 'cn-beijing' }, 'https://sts.cn-beijing.aliyuncs.com'],
    [{}, { ALIBABA_CLOUD_STS_ENDPOINT: 'sts.example.com' }, 'https://sts.example.com'],
    [
      { sts_region: 'cn-beijing' },
      { ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true' },
      'https://sts-vpc.cn-beijing.aliyuncs.com',
    ],
  ])('RamRoleArn asks STS at the place in %j and %j', async (place, environment, origin) => {
    const hosts = { [origin]: startSts('canary-secret-of-profile') }
    const machine = withProfile({ ...role, ...place }, { hosts, environment: { ...environment } })
    expect((await outcomeOf(machine)).signer?.[0]).toBe('role-key')
  })

  test('RamRoleArn sends nothing to a host without TLS', async () => {
    const { failure } = await outcomeOf(withProfile({ ...role, sts_endpoint: 'http://sts.example.com' }))
    expect(failure?.message).toContain('the endpoint of STS is not an https one')
  })

  test('RamRoleArn tells why the role was refused', async () => {
    const hosts = { [sts]: () => refusal(404, 'EntityNotExist.Role', 'canary-secret-of-profile') }
    const { failure } = await outcomeOf(withProfile(role, { hosts }))
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      outcome: 'none',
      transient: false,
      vendor: { code: 'EntityNotExist.Role', httpStatus: 404, requestId: 'req-1' },
    })
    expect(failure?.message).toContain('the role acs:ram::1:role/deployer: AssumeRole: The vendor says no')
  })

  test.each([
    [{ [sts]: () => refusal(400, 'Throttling.User') }, 'throttled'],
    [{ [sts]: () => ({ status: 503, body: '<html>' }) }, 'unavailable'],
    [{}, 'network'],
  ])('RamRoleArn may be tried again if STS is busy or out of reach', async (hosts, code) => {
    const { failure } = await outcomeOf(withProfile(role, { hosts }))
    expect(failure).toMatchObject({ code, outcome: 'none', transient: true })
  })

  test.each([{ SecurityToken: undefined }, { AccessKeyId: '' }])(
    'RamRoleArn refuses an answer without a session',
    async (session) => {
      const hosts = { [sts]: startSts('canary-secret-of-profile', session) }
      const { failure } = await outcomeOf(withProfile(role, { hosts }))
      expect(failure).toMatchObject({ code: 'unauthenticated' })
      expect(failure?.message).toContain('is missing or malformed')
    },
  )

  test('ChainableRamRoleArn assumes role after role', async () => {
    const chained = (source: string, arn: string): object => ({
      mode: 'ChainableRamRoleArn',
      source_profile: source,
      ram_role_arn: arn,
    })
    const profiles = [
      { name: 'dev', ...chained('middle', 'last') },
      { name: 'middle', ...chained('base', 'first') },
      { name: 'base', mode: 'AK', ...keys },
    ]
    const hosts = {
      [sts]: (request: Parameters<ReturnType<typeof startSts>>[0]) =>
        startSts(request.query['RoleArn'] === 'first' ? 'canary-secret-of-profile' : 'canary-secret-of-role')(request),
    }
    const { signer, requests } = await outcomeOf({ files: { [config]: { current: 'dev', profiles } }, hosts })
    expect(signer?.[0]).toBe('role-key')
    expect(requests.map(({ query }) => query['RoleArn'])).toEqual(['first', 'last'])
  })

  test.each([
    [[{ name: 'dev', source_profile: 'dev' }], 'leads back to itself'],
    [
      [
        { name: 'dev', source_profile: 'other' },
        { name: 'other', source_profile: 'dev' },
      ],
      'leads back to itself',
    ],
    [[{ name: 'dev', source_profile: 'gone' }], 'its source_profile gone is not there'],
  ])('ChainableRamRoleArn ends', async (links, message) => {
    const profiles = links.map((link) => ({ ...link, mode: 'ChainableRamRoleArn', ram_role_arn: 'arn' }))
    const { failure } = await outcomeOf({ files: { [config]: { current: 'dev', profiles } } })
    expect(failure?.message).toContain(message)
  })

  test('RamRoleArnWithRoleName assumes a role with the role of the instance', async () => {
    const profile = { mode: 'RamRoleArnWithRoleName', ram_role_name: 'instance', ram_role_arn: 'arn' }
    const hosts = {
      [metadata]: () => ({
        body: JSON.stringify({ ...sessionOf('instance-key'), AccessKeySecret: 'canary-secret-1' }),
      }),
      [sts]: startSts('canary-secret-1'),
    }
    const { signer, requests } = await outcomeOf(withProfile(profile, { hosts }))
    expect(signer?.[0]).toBe('role-key')
    expect(requests.at(-1)?.headers['x-acs-security-token']).toBe('canary-token-of-role')
  })
})

describe('a role that is assumed with an OIDC token', () => {
  const role = { ram_role_arn: 'acs:ram::1:role/ci', oidc_provider_arn: 'acs:ram::1:oidc-provider/p' }
  const variables = {
    ALIBABA_CLOUD_ROLE_ARN: role.ram_role_arn,
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: role.oidc_provider_arn,
  }
  const hosts = { [sts]: startSts('') }

  test('is that of the profile', async () => {
    await withMachine({ hosts }, async ({ home, write, call }) => {
      const profile = {
        name: 'dev',
        mode: 'OIDC',
        ...role,
        oidc_token_file: join(home, 'token'),
        ram_session_name: 'me',
      }
      await write({ token: 'canary-oidc-token\n', [config]: { current: 'dev', profiles: [profile] } })
      const { signer, requests } = await call()
      expect(signer?.slice(0, 2)).toEqual(['role-key', 'canary-token-of-role'])
      expect(requests[0]).toMatchObject({
        method: 'POST',
        query: {
          Action: 'AssumeRoleWithOIDC',
          Version: '2015-04-01',
          Format: 'JSON',
          Timestamp: '2026-11-22T12:34:56Z',
        },
      })
      expect(requests[0]?.headers.authorization).toBeUndefined()
      expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
        RoleArn: role.ram_role_arn,
        OIDCProviderArn: role.oidc_provider_arn,
        OIDCToken: 'canary-oidc-token',
        RoleSessionName: 'me',
        DurationSeconds: '3600',
      })
    })
  })

  test('is that of the environment, before any profile', async () => {
    const profiles = [{ name: 'default', mode: 'AK', ...keys }]
    await withMachine({ files: { token: 'canary-oidc-token' } }, async ({ home }) => {
      const environment = {
        ...variables,
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(home, 'token'),
        ALIBABA_CLOUD_ROLE_SESSION_NAME: 'ci-run',
      }
      const { signer, requests } = await outcomeOf({ environment, hosts, files: { [config]: { profiles } } })
      expect(signer?.[0]).toBe('role-key')
      expect(requests[0]?.body).toContain('RoleSessionName=ci-run')
    })
  })

  test.each([
    [{ ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'p' }, 'ALIBABA_CLOUD_OIDC_TOKEN_FILE is missing'],
    [{ ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/t' }, 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN is missing'],
    [
      { ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/t', ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'p' },
      'ALIBABA_CLOUD_ROLE_ARN is missing',
    ],
    [{ ...variables, ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/nonexistent' }, 'there is no file /nonexistent'],
    [{ ...variables, ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/' }, 'is not a regular file'],
  ])('lists its missing controls', async (environment, message) => {
    const { failure } = await outcomeOf({ environment: { ...environment } })
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining(message) })
  })

  test('tells why its token was refused, without the token', async () => {
    const refuses = { [sts]: () => refusal(400, 'AuthenticationFail.OIDCToken.Expired', 'canary-oidc-token') }
    await withMachine({ files: { token: 'canary-oidc-token' } }, async ({ home }) => {
      const environment = { ...variables, ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(home, 'token') }
      const { failure } = await outcomeOf({ environment, hosts: refuses })
      expect(failure).toMatchObject({ vendor: { code: 'AuthenticationFail.OIDCToken.Expired' } })
    })
  })

  test('gives a session that is renewed before its end, and the token is read again', async () => {
    let clock = now
    let sessions = 0
    const renewing = {
      [sts]: (request: Parameters<ReturnType<typeof startSts>>[0]) => {
        sessions += 1
        const session = { AccessKeyId: `role-key-${sessions}`, Expiration: new Date(clock + hour).toISOString() }
        return startSts('', session)(request)
      },
    }
    await withMachine({ files: { token: 'canary-oidc-1' } }, async ({ home, write }) => {
      const environment = { ...variables, ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(home, 'token') }
      await withMachine(
        { environment, hosts: renewing, options: { testing: { clock: { ...systemClock, now: () => clock } } } },
        async ({ call }) => {
          expect((await call()).signer?.[0]).toBe('role-key-1')
          clock += 54 * 60_000
          expect((await call()).requests).toEqual([])
          await write({ token: 'canary-oidc-2' })
          clock += 60_001
          const renewed = await call()
          expect(renewed.signer?.[0]).toBe('role-key-2')
          expect(renewed.requests[0]?.body).toContain('canary-oidc-2')
        },
      )
    })
  })
})

describe("a profile of the vendor's SDKs of type", () => {
  const machine = (text: string, hosts: Machine['hosts'] = {}): Machine => ({ files: { [shared]: text }, hosts })
  const key = 'access_key_id = profile-key\naccess_key_secret = canary-secret-of-profile\n'

  test('ram_role_arn assumes the role', async () => {
    const text = `[default]\ntype = ram_role_arn\n${key}role_arn = arn\nrole_session_name = me\npolicy = {}\n`
    const { signer, requests } = await outcomeOf(machine(text, { [sts]: startSts('canary-secret-of-profile') }))
    expect(signer?.[0]).toBe('role-key')
    expect(requests[0]?.query).toMatchObject({ RoleArn: 'arn', RoleSessionName: 'me', Policy: '{}' })
  })

  test('ecs_ram_role is the role of the instance', async () => {
    const hosts = { [metadata]: () => ({ body: JSON.stringify(sessionOf('instance-key')) }) }
    const text = '[default]\ntype = ecs_ram_role\nrole_name = r\n'
    expect((await outcomeOf(machine(text, hosts))).signer?.[0]).toBe('instance-key')
  })

  test.each([
    ['type = access_key', 'access_key_id is missing'],
    [key, 'its type is missing'],
    [`type = bearer\n${key}`, 'its type is not taken here'],
    [`type = ram_role_arn\n${key}`, 'role_arn is missing'],
  ])('%j is refused', async (text, message) => {
    const { failure } = await outcomeOf(machine(`[default]\n${text}`))
    expect(failure?.message).toContain(message)
  })
})
