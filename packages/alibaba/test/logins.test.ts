import { systemClock } from '@cloud-keypair/core'
import { writeFileSync } from 'node:fs'
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { hour, later, now, outcomeOf, sessionOf, withMachine, type Machine } from './support/machine.js'

const config = '.aliyun/config.json'
const stored = { access_key_id: 'stored-key', access_key_secret: 'canary-secret', sts_token: 'canary-token' }

/** Makes a machine whose command has one profile, the current one. */
const withProfile = (profile: object, more: Machine = {}): Machine => ({
  ...more,
  files: { [config]: { current: 'dev', profiles: [{ name: 'dev', ...profile }] } },
})

describe('a CloudSSO login', () => {
  const origin = 'https://signin.example.com'
  const profile = {
    mode: 'CloudSSO',
    cloud_sso_sign_in_url: `${origin}/acme/login`,
    cloud_sso_account_id: '1',
    cloud_sso_access_config: 'ac-1',
    access_token: 'canary-token-of-login',
    cloud_sso_access_token_expire: now / 1000 + 1,
  }
  const host: WebHost = ({ path, headers, body }) => {
    const isAsked = path === '/cloud-credentials' && headers.authorization === 'Bearer canary-token-of-login'
    if (!isAsked) return { status: 401, body: '{"ErrorCode":"InvalidToken","ErrorMessage":"canary-token-of-login"}' }
    const { AccountId, AccessConfigurationId } = JSON.parse(body)
    return { body: JSON.stringify({ CloudCredential: sessionOf(`key-of-${AccessConfigurationId}-in-${AccountId}`) }) }
  }
  const hosts = { [origin]: host }

  test('gives the credentials of the account and access configuration', async () => {
    const { signer, requests } = await outcomeOf(withProfile(profile, { hosts }))
    expect(signer?.slice(0, 2)).toEqual(['key-of-ac-1-in-1', 'canary-token-of-role'])
    expect(requests).toHaveLength(1)
  })

  test('is not needed while the command has stored credentials that do not end soon', async () => {
    const good = { ...profile, ...stored, sts_expiration: now / 1000 + 61, cloud_sso_access_token_expire: 0 }
    expect(await outcomeOf(withProfile(good))).toMatchObject({ signer: ['stored-key', 'canary-token', 'cn-hangzhou'] })
    const ending = { ...profile, ...stored, sts_expiration: now / 1000 + 60 }
    expect((await outcomeOf(withProfile(ending, { hosts }))).signer?.[0]).toContain('key-of')
  })

  test.each([
    [{ cloud_sso_access_token_expire: now / 1000 }, 'its CloudSSO login ran out'],
    [{ cloud_sso_access_token_expire: undefined }, 'there is no CloudSSO login'],
    [{ access_token: '' }, 'there is no CloudSSO login'],
    [{ cloud_sso_account_id: '' }, 'it is not configured to the end'],
    [{ cloud_sso_access_config: '' }, 'it is not configured to the end'],
    [{ cloud_sso_sign_in_url: '' }, 'it is not configured to the end'],
    [{ cloud_sso_sign_in_url: 'http://signin.example.com/acme' }, 'the sign-in URL is not an https one'],
    [{ cloud_sso_sign_in_url: 'not a host' }, 'the sign-in URL is malformed'],
    [{ access_token: 'canary-token-unknown' }, 'CloudSSO: HTTP 401, InvalidToken'],
  ])('that is no good is refused, and the command to run is named', async (fields, message) => {
    const { failure } = await outcomeOf(withProfile({ ...profile, ...fields }, { hosts }))
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
    expect(failure?.message).toContain(message)
    expect(failure?.hint).toBe('Run aliyun configure --profile dev.')
  })

  test('is transient while its host is unreachable', async () => {
    expect((await outcomeOf(withProfile(profile))).failure).toMatchObject({ code: 'network', transient: true })
    const busy = { [origin]: () => ({ status: 500, body: '' }) }
    expect((await outcomeOf(withProfile(profile, { hosts: busy }))).failure).toMatchObject({ code: 'unavailable' })
  })

  test('refuses an answer without credentials', async () => {
    for (const body of ['', '{}', '{"CloudCredential":{"AccessKeySecret":"canary-secret"}}']) {
      const { failure } = await outcomeOf(withProfile(profile, { hosts: { [origin]: () => ({ body }) } }))
      expect(failure?.message).toContain('the answer of CloudSSO')
    }
  })
})

describe('an OAuth login', () => {
  const origin = 'https://oauth.aliyun.com'
  const profile = {
    mode: 'OAuth',
    oauth_site_type: 'CN',
    oauth_access_token: 'canary-token-1',
    oauth_refresh_token: 'canary-refresh-1',
    oauth_access_token_expire: now / 1000 + 61,
  }
  const over = { ...profile, oauth_access_token_expire: now / 1000 + 60 }
  const host =
    (clientId: string): WebHost =>
    ({ path, headers, body }) => {
      if (path === '/v1/token') {
        const form = Object.fromEntries(new URLSearchParams(body))
        const isGood = form['refresh_token'] === 'canary-refresh-1' && form['client_id'] === clientId
        if (!isGood || form['grant_type'] !== 'refresh_token') {
          return { status: 400, body: '{"error":"invalid_grant","error_description":"canary-refresh"}' }
        }
        const token = { access_token: 'canary-token-2', refresh_token: 'canary-refresh-2', expires_in: 7200 }
        return { body: JSON.stringify(token) }
      }
      const isKnown = ['Bearer canary-token-1', 'Bearer canary-token-2'].includes(String(headers.authorization))
      if (path !== '/v1/exchange' || !isKnown) return { status: 401, body: '{"error":"expired_token"}' }
      const keys = { accessKeyId: 'login-key', accessKeySecret: 'canary-secret-of-login' }
      return { body: JSON.stringify({ ...keys, securityToken: 'canary-token-of-role', expiration: later }) }
    }
  const hosts = { [origin]: host('4038181954557748008') }
  const pathsOf = ({ requests }: { readonly requests: readonly { readonly path: string }[] }): readonly string[] =>
    requests.map(({ path }) => path)

  test.each([
    ['CN', origin, '4038181954557748008'],
    ['intl', 'https://oauth.alibabacloud.com', '4103531455503354461'],
  ])('of the site %s is exchanged for credentials', async (site, at, clientId) => {
    const own = { [at]: host(clientId) }
    const outcome = await outcomeOf(withProfile({ ...profile, oauth_site_type: site }, { hosts: own }))
    expect(outcome.signer?.slice(0, 2)).toEqual(['login-key', 'canary-token-of-role'])
    expect(pathsOf(outcome)).toEqual(['/v1/exchange'])
    const renewed = await outcomeOf(withProfile({ ...over, oauth_site_type: site }, { hosts: own }))
    expect(pathsOf(renewed)).toEqual(['/v1/token', '/v1/exchange'])
  })

  test('is not needed while the command has stored credentials that do not end soon', async () => {
    const good = { ...over, ...stored, sts_expiration: now / 1000 + 61 }
    expect(await outcomeOf(withProfile(good))).toMatchObject({ signer: ['stored-key', 'canary-token', 'cn-hangzhou'] })
  })

  test('is saved in the file of the command after its renewal, and nothing else is changed', async () => {
    const other = { name: 'other', mode: 'AK', access_key_id: 'k', custom: [1] }
    const file = { current: 'dev', profiles: [{ name: 'dev', ...over, region_id: 'r' }, other], meta_path: '' }
    await withMachine({ hosts, files: { [config]: file } }, async ({ call, home }) => {
      const path = join(home, config)
      await chmod(path, 0o600)
      await call()
      const renewed = {
        oauth_access_token: 'canary-token-2',
        oauth_refresh_token: 'canary-refresh-2',
        oauth_access_token_expire: now / 1000 + 7200,
      }
      const saved: unknown = JSON.parse(await readFile(path, 'utf8'))
      expect(saved).toEqual({ ...file, profiles: [{ ...file.profiles[0], ...renewed }, other] })
    })
  })

  test('is saved through a link, which stays a link', async () => {
    await withMachine(
      { hosts, files: { 'dotfiles/config.json': { current: 'dev', profiles: [{ name: 'dev', ...over }] } } },
      async ({ call, home, write }) => {
        await write({ '.aliyun/x': '' })
        await symlink(join(home, 'dotfiles/config.json'), join(home, config))
        await call()
        expect(await readFile(join(home, 'dotfiles/config.json'), 'utf8')).toContain('canary-refresh-2')
      },
    )
  })

  test('is left alone if the command renewed it meanwhile', async () => {
    await withMachine({ files: {} }, async ({ home }) => {
      const path = join(home, 'config.json')
      const newer = JSON.stringify({
        current: 'dev',
        profiles: [{ name: 'dev', ...over, oauth_refresh_token: 'canary-refresh-9' }],
      })
      const racing: WebHost = (request) => {
        writeFileSync(path, newer)
        return host('4038181954557748008')(request)
      }
      await withMachine({ hosts: { [origin]: racing } }, async ({ call, home: inner, write }) => {
        await write({ '.aliyun/x': '' })
        await writeFile(path, JSON.stringify({ current: 'dev', profiles: [{ name: 'dev', ...over }] }))
        await symlink(path, join(inner, config))
        expect((await call()).signer?.[0]).toBe('login-key')
        expect(await readFile(path, 'utf8')).toBe(newer)
      })
    })
  })

  test('is still used after its renewal, also if the file has the earlier one again', async () => {
    let clock = now
    await withMachine(
      { ...withProfile(over, { hosts }), options: { testing: { clock: { ...systemClock, now: () => clock } } } },
      async ({ call, write }) => {
        await call()
        await write({ [config]: { current: 'dev', profiles: [{ name: 'dev', ...over }] } })
        clock += 56 * 60_000
        const next = await call()
        expect(next.signer?.[0]).toBe('login-key')
        expect(pathsOf(next)).toEqual(['/v1/exchange'])
      },
    )
  })

  test.each([
    [{ ...over, oauth_refresh_token: 'canary-refresh-0' }, 'HTTP 400, invalid_grant'],
    [{ ...over, oauth_refresh_token: '' }, 'it ran out'],
    [{ ...profile, oauth_access_token: 'canary-token-unknown' }, 'HTTP 401, expired_token'],
    [{ ...profile, oauth_site_type: 'MOON' }, 'oauth_site_type is neither CN nor INTL'],
  ])('that is no good is refused, and the command to run is named', async (fields, message) => {
    const { failure } = await outcomeOf(withProfile(fields, { hosts }))
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
    expect(failure?.message).toContain(message)
    expect(failure?.hint).toBe('Run aliyun configure --profile dev --mode OAuth.')
  })

  test('refuses an answer without tokens or credentials', async () => {
    const empty = { [origin]: () => ({ body: '{"access_token":"canary-token"}' }) }
    expect((await outcomeOf(withProfile(over, { hosts: empty }))).failure?.message).toContain(
      'not in the expected form',
    )
    expect((await outcomeOf(withProfile(profile, { hosts: empty }))).failure?.message).toContain('without credentials')
  })

  test('is transient while its host is unreachable', async () => {
    expect((await outcomeOf(withProfile(over))).failure).toMatchObject({ code: 'network', transient: true })
  })
})

describe('a process_command', () => {
  const keys = { access_key_id: 'command-key', access_key_secret: 'canary-secret-of-command' }
  const printing = (output: unknown): string =>
    `${process.execPath} -e 'process.stdout.write(process.argv[1])' '${typeof output === 'string' ? output : JSON.stringify(output)}'`
  const running = (command: string, environment: Record<string, string> = {}): Machine =>
    withProfile({ mode: 'External', process_command: command }, { environment })

  test('gives the credentials that it prints', async () => {
    expect((await outcomeOf(running(printing({ mode: 'AK', ...keys })))).signer?.slice(0, 2)).toEqual([
      'command-key',
      undefined,
    ])
    const session = { mode: 'StsToken', ...keys, sts_token: 'canary-token', expiration: later }
    expect((await outcomeOf(running(printing(session)))).signer?.[1]).toBe('canary-token')
  })

  test('has the environment, and no input to wait for', async () => {
    const script = 'process.stdin.resume().on("end",()=>process.stdout.write(process.env.KEYS))'
    const machine = running(`"${process.execPath}" -e '${script}'`, { KEYS: JSON.stringify(keys) })
    expect((await outcomeOf(machine)).signer?.[0]).toBe('command-key')
  })

  test.each([
    ['canary-command-that-is-not-there', 'failed (ENOENT)'],
    [`${process.execPath} -e 'console.error("canary-secret");process.exit(3)'`, 'failed (exit code 3)'],
    [`${process.execPath} -e 'process.stdout.write("x".repeat(2**21))'`, 'failed (ERR_CHILD_PROCESS_STDIO_MAXBUFFER)'],
    [`${process.execPath} 'canary-command`, 'is not a command line'],
    [printing('canary-secret'), 'gave no credentials in the form'],
    [printing({ mode: 'RamRoleArn', ...keys }), 'gave no credentials in the form'],
    [printing({ access_key_id: 'command-key' }), 'accessKeySecret is missing'],
    ['', 'process_command is missing'],
  ])('that fails is refused, without its command line and its output', async (command, message) => {
    const { failure } = await outcomeOf(running(command))
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
    expect(failure?.message).toContain(message)
  })

  test.each(['1', 'true', 'TRUE'])('is not run if it is switched off with %s', async (value) => {
    const machine = running(printing(keys), { ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: value })
    expect((await outcomeOf(machine)).failure?.message).toContain('is switched off')
  })

  test('gives a session that is renewed before its end', async () => {
    let clock = now
    const session = { ...keys, sts_token: 'canary-token', expiration: new Date(now + hour).toISOString() }
    const next = { ...keys, access_key_id: 'next-key' }
    await withMachine(
      { ...running(printing(session)), options: { testing: { clock: { ...systemClock, now: () => clock } } } },
      async ({ call, write }) => {
        expect((await call()).signer?.[0]).toBe('command-key')
        const profile = { name: 'dev', mode: 'External', process_command: printing(next) }
        await write({ [config]: { current: 'dev', profiles: [profile] } })
        clock += 54 * 60_000
        expect((await call()).signer?.[0]).toBe('command-key')
        clock += 60_001
        expect((await call()).signer?.[0]).toBe('next-key')
      },
    )
  })
})

describe('an address of credentials', () => {
  const origin = 'https://credentials.example.com'
  const session = { Code: 'Success', ...sessionOf('uri-key') }
  const named = (uri: string): Readonly<Record<string, string>> => ({
    ALIBABA_CLOUD_CREDENTIALS_URI: uri,
    ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
  })

  test.each([session, sessionOf('uri-key')])('gives the credentials that it answers', async (answer) => {
    const hosts = { [origin]: () => ({ body: JSON.stringify(answer) }) }
    const environment = named(`${origin}/path?token=canary-token`)
    const { signer, requests } = await outcomeOf({ environment, hosts })
    expect(signer?.slice(0, 2)).toEqual(['uri-key', 'canary-token-of-role'])
    expect(requests[0]).toMatchObject({ method: 'GET', path: '/path', query: { token: 'canary-token' } })
  })

  test('may be on this machine without TLS', async () => {
    const hosts = { 'http://127.0.0.1:7002': () => ({ body: JSON.stringify(session) }) }
    expect((await outcomeOf({ environment: named('http://127.0.0.1:7002'), hosts })).signer?.[0]).toBe('uri-key')
  })

  test('may be in a profile', async () => {
    const hosts = { [origin]: () => ({ body: JSON.stringify(session) }) }
    const profile = { mode: 'CredentialsURI', credentials_uri: origin }
    expect((await outcomeOf(withProfile(profile, { hosts }))).signer?.[0]).toBe('uri-key')
  })

  test.each([
    ['http://credentials.example.com/canary-token', {}, 'is not an https URL'],
    ['canary-token', {}, 'is not an https URL'],
    [origin, { status: 403, body: '{"Code":"Denied","Message":"canary-secret"}' }, 'HTTP 403, Denied'],
    [origin, { body: '{"Code":"Failed","AccessKeySecret":"canary-secret"}' }, 'is not a success'],
    [origin, { body: 'canary-secret' }, 'AccessKeyId is missing'],
    [origin, { body: JSON.stringify({ ...session, SecurityToken: undefined }) }, 'SecurityToken is missing'],
  ])('that is no good is refused, without address and answer', async (uri, answer, message) => {
    const hosts = { [origin]: () => ({ body: '', ...answer }) }
    const { failure } = await outcomeOf({ environment: named(uri), hosts })
    expect(failure).toMatchObject({ code: 'unauthenticated', transient: false })
    expect(failure?.message).toContain(`ALIBABA_CLOUD_CREDENTIALS_URI: `)
    expect(failure?.message).toContain(message)
  })
})
