import { systemClock } from '@cloud-keypair/core'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { later, now, outcomeOf, refusal, withMachine, type Machine } from './support/machine.js'

const config = '.volcengine/config.json'
const iso = (ms: number): string => new Date(ms).toISOString()

describe('the login of ve sso login', () => {
  const portal = 'https://cloudidentity-portal.cn-beijing.volces.com'
  const oauth = 'https://cloudidentity-oauth.cn-beijing.volces.com'
  // As the command, which is written in Go, writes it: sha1 of
  // {"start_url":"https://acme.volccloudidentity.com/userportal","session_name":"acme"}.
  const cache = '.volcengine/sso/cache/d2776a3b14b48b0ae54443d74e56378ac79791c3.json'
  const startUrl = 'https://acme.volccloudidentity.com/userportal'
  const profile = {
    mode: 'sso',
    'sso-session-name': 'acme',
    'account-id': '2100000000',
    'role-name': 'deployer',
    region: 'cn-shanghai',
  }
  const settings = (fields: object = {}, session: object = {}): object => ({
    current: 'dev',
    profiles: { dev: { ...profile, ...fields } },
    'sso-session': { acme: { name: 'acme', 'start-url': startUrl, region: 'cn-beijing', ...session } },
  })
  const login = {
    access_token: 'canary-token-of-login',
    expires_at: later,
    refresh_token: 'canary-refresh-1',
    client_id: 'client',
    client_secret: 'canary-client-secret',
  }
  const over = { ...login, expires_at: iso(now + 59_000) }

  const portalHost: WebHost = ({ headers, query }) => {
    const token = headers['x-bd-cloudidentity-bearer-token']
    if (token !== 'canary-token-of-login' && token !== 'canary-token-renewed') return refusal(401, 'Unauthorized')
    const RoleCredentials = {
      AccessKeyId: `key-of-${query['role_name']}-in-${query['account_id']}`,
      SecretAccessKey: 'canary-secret-of-role',
      SessionToken: 'canary-token-of-role',
      Expiration: now + 3_600_000,
    }
    return { body: JSON.stringify({ ResponseMetadata: { RequestId: 'r' }, Result: { RoleCredentials } }) }
  }
  const oauthHost: WebHost = ({ body }) => {
    const { refresh_token, client_id, client_secret, grant_type } = JSON.parse(body)
    if (client_id !== 'client' || client_secret !== 'canary-client-secret' || grant_type !== 'refresh_token') {
      return { status: 401, body: '{"error":"invalid_client"}' }
    }
    if (refresh_token !== 'canary-refresh-1') return { status: 400, body: '{"error":"invalid_grant"}' }
    const token = { access_token: 'canary-token-renewed', refresh_token: 'canary-refresh-2', expires_in: 3600 }
    return { body: JSON.stringify({ ...token, token_type: 'Bearer' }) }
  }
  const hosts = { [portal]: portalHost, [oauth]: oauthHost }
  const machine = (onDisk: object, more: Machine = {}): Machine => ({
    hosts,
    ...more,
    files: { [config]: settings(), [cache]: onDisk, ...more.files },
  })
  const originsOf = ({ requests }: { readonly requests: readonly { readonly origin: string }[] }) =>
    requests.map(({ origin }) => origin)

  test('is read from the file of the command', () => {
    const json = `{"start_url":"${startUrl}","session_name":"acme"}`
    expect(cache).toContain(createHash('sha1').update(json).digest('hex'))
  })

  test('gives the credentials of the role', async () => {
    const outcome = await outcomeOf(machine(login))
    expect(outcome.signer).toEqual(['key-of-deployer-in-2100000000', 'canary-token-of-role', 'cn-beijing'])
    expect(originsOf(outcome)).toEqual([portal])
    expect(outcome.requests[0]).toMatchObject({ method: 'GET', path: '/federation/credentials' })
  })

  test('is not needed while the command has stored credentials that do not end soon', async () => {
    const stored = { 'access-key': 'stored', 'secret-key': 'canary-secret', 'session-token': 'canary-token' }
    const good = settings({ ...stored, 'sts-expiration': now / 1000 + 120 })
    expect((await outcomeOf({ files: { [config]: good } })).signer?.slice(0, 2)).toEqual(['stored', 'canary-token'])
    const ending = settings({ ...stored, 'sts-expiration': now / 1000 + 60 })
    expect((await outcomeOf(machine(login, { files: { [config]: ending } }))).signer?.[0]).toContain('deployer')
  })

  test('is renewed once at its end, and its file is left alone', async () => {
    let clock = now
    await withMachine(
      machine(over, { options: { testing: { clock: { ...systemClock, now: () => clock } } } }),
      async ({ call }) => {
        expect(originsOf(await call())).toEqual([oauth, portal])
        clock += 56 * 60_000
        const later = await call()
        expect(later.signer?.[0]).toContain('deployer')
        expect(originsOf(later)).toEqual([portal])
      },
    )
  })

  test('is read again from the file after the command renewed it', async () => {
    let clock = now
    await withMachine(
      machine(over, { options: { testing: { clock: { ...systemClock, now: () => clock } } } }),
      async ({ call, write }) => {
        expect(originsOf(await call())).toEqual([oauth, portal])
        clock += 58 * 60_000
        await write({ [cache]: { ...login, refresh_token: 'canary-refresh-3', expires_at: iso(clock + 3_600_000) } })
        expect(originsOf(await call())).toEqual([portal])
      },
    )
  })

  test.each([
    [{ ...over, refresh_token: 'canary-refresh-0' }, 'HTTP 400, invalid_grant'],
    [{ ...over, client_id: 'other' }, 'HTTP 401, invalid_client'],
    [{ ...over, refresh_token: undefined }, 'it ran out'],
    [{ ...login, access_token: 'canary-token-unknown' }, 'HTTP 401, Unauthorized'],
    [{ ...login, access_token: '' }, 'is not in the form'],
    ['canary-refresh', 'is not in the form'],
    [{ ...login, expires_at: undefined, refresh_token: undefined }, 'it ran out'],
  ])('that is no good is refused, and the command to run is named', async (onDisk, message) => {
    const { failure } = await outcomeOf(machine({}, { files: { [cache]: onDisk } }))
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
    expect(failure?.message).toContain(message)
    expect(failure?.hint).toBe('Run ve sso login --profile dev.')
  })

  test('is refused if missing', async () => {
    const { failure } = await outcomeOf({ hosts, files: { [config]: settings() } })
    expect(failure?.message).toContain('there is no login')
  })

  test.each([
    [{ 'sso-session-name': '' }, {}, 'sso-session-name is missing'],
    [{ 'sso-session-name': 'other' }, {}, 'the start-url of the SSO session other is missing'],
    [{ 'account-id': '' }, {}, 'account-id is missing'],
    [{ 'role-name': '' }, {}, 'role-name is missing'],
    [{}, { 'start-url': '' }, 'start-url'],
    [{}, { region: 'evil.example/' }, 'the region of its SSO session is malformed'],
  ])('needs a whole profile', async (fields, session, message) => {
    const { failure, requests } = await outcomeOf(machine(login, { files: { [config]: settings(fields, session) } }))
    expect(failure?.message).toContain(message)
    expect(requests).toEqual([])
  })

  test('is transient while its hosts are unreachable', async () => {
    const { failure } = await outcomeOf(machine(over, { hosts: {} }))
    expect(failure).toMatchObject({ code: 'network', outcome: 'none', transient: true })
    const busy = await outcomeOf(machine(over, { hosts: { [oauth]: () => ({ status: 502, body: '' }) } }))
    expect(busy.failure).toMatchObject({ code: 'unavailable', transient: true })
  })
})

describe('the login of ve login', () => {
  const signin = 'https://signin.volcengine.com'
  const session = 'trn:iam::2100000000:user/me'
  const cache = `.volcengine/login/cache/${createHash('sha1').update(session).digest('hex')}.json`
  const profile = { mode: 'console-login', 'login-session': session }
  const settings = { current: 'dev', profiles: { dev: profile } }
  const keys = (name: string): object => ({
    access_key_id: name,
    secret_access_key: 'canary-secret-of-login',
    session_token: 'canary-token-of-login',
  })
  const login = {
    access_token: JSON.stringify(keys('login-key')),
    issued_at: iso(now - 60_000),
    expires_in: 3600,
    refresh_token: 'canary-refresh-1',
    client_id: 'client',
    scope: 'all',
  }
  const over = { ...login, expires_in: 60 }
  const signinHost: WebHost = ({ body, path }) => {
    const form = Object.fromEntries(new URLSearchParams(body))
    if (path !== '/authorize/oauth/token' || form['refresh_token'] !== 'canary-refresh-1') {
      return { status: 400, body: '{"error":"invalid_grant","error_description":"canary-refresh"}' }
    }
    return { body: JSON.stringify({ access_token: JSON.stringify(keys('renewed-key')), expires_in: 3600 }) }
  }
  const machine = (onDisk: unknown, more: Machine = {}): Machine => ({
    hosts: { [signin]: signinHost },
    ...more,
    files: { [config]: settings, [cache]: onDisk, ...more.files },
  })

  test.each([login, { ...login, access_token: keys('login-key') }])(
    'has the credentials themselves',
    async (onDisk) => {
      const { signer, requests } = await outcomeOf(machine(onDisk))
      expect(signer?.slice(0, 2)).toEqual(['login-key', 'canary-token-of-login'])
      expect(requests).toEqual([])
    },
  )

  test('is renewed at its end, and its file is left alone', async () => {
    let clock = now
    await withMachine(
      machine(over, { options: { testing: { clock: { ...systemClock, now: () => clock } } } }),
      async ({ call }) => {
        const renewed = await call()
        expect(renewed.signer?.[0]).toBe('renewed-key')
        expect(Object.fromEntries(new URLSearchParams(renewed.requests[0]?.body))).toEqual({
          grant_type: 'refresh_token',
          client_id: 'client',
          refresh_token: 'canary-refresh-1',
          scope: 'all',
        })
        clock += 54 * 60_000
        expect(await call()).toMatchObject({
          signer: ['renewed-key', 'canary-token-of-login', 'cn-beijing'],
          requests: [],
        })
        clock += 5 * 60_000 + 1
        expect((await call()).requests).toHaveLength(1)
      },
    )
  })

  test('is looked for in the folder that the environment names', async () => {
    await withMachine({}, async ({ home, write }) => {
      await write({ [`logins/${cache.split('/').at(-1)}`]: login })
      const environment = { VOLCENGINE_LOGIN_CACHE_DIRECTORY: `${home}/logins` }
      expect((await outcomeOf({ files: { [config]: settings }, environment })).signer?.[0]).toBe('login-key')
    })
  })

  test('is renewed at the host that made it', async () => {
    const onDisk = { ...over, endpoint_url: 'https://signin.example.com/' }
    const { signer } = await outcomeOf(machine(onDisk, { hosts: { 'https://signin.example.com': signinHost } }))
    expect(signer?.[0]).toBe('renewed-key')
    const clear = await outcomeOf(machine({ ...over, endpoint_url: 'http://signin.example.com' }))
    expect(clear.failure?.message).toContain('is not an https one')
  })

  test.each([
    [{ ...over, refresh_token: 'canary-refresh-0' }, 'HTTP 400, invalid_grant'],
    [{ ...over, client_id: '' }, 'it ran out'],
    [{ ...over, refresh_token: null }, 'it ran out'],
    [{ ...login, access_token: 'canary-token', refresh_token: null }, 'it ran out'],
    ['canary-refresh', 'is not in the form'],
  ])('that is no good is refused, and the command to run is named', async (onDisk, message) => {
    const { failure } = await outcomeOf(machine(onDisk))
    expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
    expect(failure?.message).toContain(message)
    expect(failure?.hint).toBe('Run ve login --profile dev.')
  })

  test.each([
    { [config]: settings },
    { [config]: { current: 'dev', profiles: { dev: { mode: 'console-login', 'login-session': '' } } } },
  ])('is refused if missing', async (files) => {
    expect((await outcomeOf({ files })).failure?.message).toContain('there is no login')
  })
})
