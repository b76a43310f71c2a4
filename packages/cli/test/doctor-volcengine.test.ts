import { createHash } from 'node:crypto'
import { startVolcengineSimulator } from '@cloud-keypair/simulator'
import { expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { examine, key, later, type Machine, over, session, type Simulated } from './support/machine.js'

// Every row of the table of sources in the README of the adapter, and every mode of a profile.

const config = '.volcengine/config.json'
const sts = 'https://sts.volcengineapi.com'
const metadata = 'http://100.96.0.96'
const portal = 'https://cloudidentity-portal.cn-beijing.volces.com'
const role = 'trn:iam::2100000000:role/deployer'
const sessionKeys = { AccessKeyId: session.id, SecretAccessKey: session.secret, SessionToken: session.token }
const profileKeys = { 'access-key': key.id, 'secret-key': key.secret }
const profileSession = { 'access-key': session.id, 'secret-key': session.secret, 'session-token': session.token }
const variables = { VOLCENGINE_ACCESS_KEY: key.id, VOLCENGINE_SECRET_KEY: key.secret }

const answer = (Action: string, Result: unknown): { body: string } => ({
  body: JSON.stringify({ ResponseMetadata: { RequestId: 'r', Action, Version: '2018-01-01' }, Result }),
})
const refusal = (status: number, Code: string): ReturnType<WebHost> => ({
  status,
  body: JSON.stringify({ ResponseMetadata: { RequestId: 'r', Error: { Code, Message: 'The vendor says no.' } } }),
})

const stsHost: WebHost = ({ query: { Action = '' } }) =>
  Action === 'GetCallerIdentity'
    ? answer(Action, { AccountId: 2100000000, Trn: 'trn:iam::2100000000:user/me', IdentityType: 'User' })
    : answer(Action, { Credentials: { ...sessionKeys, ExpiredTime: later } })
const metadataHost: WebHost = ({ path }) => {
  if (path === '/latest/api/token') return { body: 'canary-token-of-metadata' }
  if (path === '/volcstack/latest/iam/security_credentials') return { body: '["deployer"]' }
  return { body: JSON.stringify({ ...sessionKeys, ExpiredTime: later }) }
}
const portalHost: WebHost = () =>
  answer('GetRoleCredentials', { RoleCredentials: { ...sessionKeys, Expiration: Date.parse(later) } })

async function start(): Promise<Simulated> {
  const accounts = [
    { accessKeyId: key.id, secretAccessKey: key.secret },
    { accessKeyId: session.id, secretAccessKey: session.secret, sessionToken: session.token },
  ]
  const { url, region, fault, close } = await startVolcengineSimulator({ accounts })
  return { options: ['--cloud', 'volcengine', '--endpoint', url, '--region', region], fault, close }
}

/** Makes the files of a machine whose command has one profile, the current one. */
const withProfile = (profile: object, sso: object = {}): NonNullable<Machine['files']> => ({
  [config]: { current: 'dev', profiles: { dev: profile }, 'sso-session': sso },
})

const ssoProfile = { mode: 'sso', 'sso-session-name': 'acme', 'account-id': '2100000000', 'role-name': 'deployer' }
const ssoSession = { acme: { 'start-url': 'https://acme.example.com', region: 'cn-beijing' } }
const ssoCache = `.volcengine/sso/cache/${sha1('{"start_url":"https://acme.example.com","session_name":"acme"}')}.json`
const loginProfile = { mode: 'console-login', 'login-session': 'trn:iam::2100000000:user/me' }
const loginCache = `.volcengine/login/cache/${sha1('trn:iam::2100000000:user/me')}.json`
const login = {
  access_token: { access_key_id: session.id, secret_access_key: session.secret, session_token: session.token },
  issued_at: new Date().toISOString(),
  expires_in: 3600,
}

const good: Readonly<Record<string, Machine>> = {
  'an access key in the environment': { environment: variables },
  'an access key of the older SDK in the environment': {
    environment: { VOLC_ACCESSKEY: key.id, VOLC_SECRETKEY: key.secret },
  },
  'an access key of the oldest SDKs in the environment': {
    environment: { VOLCSTACK_ACCESS_KEY_ID: key.id, VOLCSTACK_SECRET_ACCESS_KEY: key.secret },
  },
  'a session in the environment': {
    environment: {
      VOLCENGINE_ACCESS_KEY: session.id,
      VOLCENGINE_SECRET_KEY: session.secret,
      VOLCENGINE_SESSION_TOKEN: session.token,
    },
  },
  'an OIDC token that the environment names': {
    environment: { VOLCENGINE_OIDC_ROLE_TRN: role, VOLCENGINE_OIDC_TOKEN_FILE: 'HOME/token' },
    files: { token: 'canary-oidc' },
  },
  'a profile that --profile names': {
    argv: ['--profile', 'other'],
    files: { [config]: { current: 'dev', profiles: { dev: {}, other: profileKeys } } },
  },
  'a profile that VOLCENGINE_PROFILE names': {
    environment: { VOLCENGINE_PROFILE: 'other' },
    files: { [config]: { current: 'dev', profiles: { dev: {}, other: profileKeys } } },
  },
  'a profile of mode ak': { files: withProfile({ mode: 'ak', ...profileKeys }) },
  'a profile of mode StsToken': { files: withProfile({ mode: 'StsToken', ...profileSession }) },
  'a profile of mode RamRoleArn': { files: withProfile({ mode: 'RamRoleArn', ...profileKeys, 'role-trn': role }) },
  'a profile of mode oidc': {
    files: {
      token: 'canary-oidc',
      ...withProfile({ mode: 'oidc', 'role-trn': role, 'oidc-token-file': 'HOME/token' }),
    },
  },
  'a profile of mode ecsrole': {
    files: withProfile({ mode: 'ecsrole', 'role-name': 'deployer' }),
    hosts: { [metadata]: metadataHost },
  },
  'a profile of mode sso': {
    files: {
      ...withProfile(ssoProfile, ssoSession),
      [ssoCache]: { access_token: 'canary-token-of-sso', expires_at: later },
    },
    hosts: { [portal]: portalHost },
  },
  'a profile of mode console-login': { files: { ...withProfile(loginProfile), [loginCache]: login } },
  'the file of the older SDK': { files: { '.volc/config': { VOLC_ACCESSKEY: key.id, VOLC_SECRETKEY: key.secret } } },
  'the role of the instance': { hosts: { [metadata]: metadataHost } },
}

test.each(Object.entries(good))('doctor is green with %s', async (_, machine) => {
  const hosts = { [sts]: stsHost, ...machine.hosts }
  const { exitCode, checks, named } = await examine(await start(), { ...machine, hosts })
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(named['owner']?.message).toContain('account 2100000000')
  expect(exitCode).toBe(0)
})

interface Broken extends Machine {
  readonly message: RegExp
  readonly hint: RegExp
}

const broken: Readonly<Record<string, Broken>> = {
  'nothing at all': {
    message: /^there are no credentials$/,
    hint: /^Set VOLCENGINE_ACCESS_KEY and VOLCENGINE_SECRET_KEY, or run ve configure set\. Looked in: .*100\.96\.0\.96: /,
  },
  'half an access key': {
    environment: { VOLCENGINE_ACCESS_KEY: key.id },
    message: /VOLCENGINE_SECRET_KEY is missing/,
    hint: /^Correct or remove/,
  },
  'a file of the command that is not JSON': {
    files: { [config]: '{ "secret-key": "canary-secret' },
    message: /config\.json is not JSON/,
    hint: /^Correct or remove these credentials/,
  },
  'a file of the command of another form': {
    files: { [config]: { profiles: ['canary-secret'] } },
    message: /not in the form of the vendor's command/,
    hint: /^Correct or remove these credentials/,
  },
  'a profile that is not there': {
    argv: ['--profile', 'prod'],
    files: withProfile(profileKeys),
    message: /there is no profile prod/,
    hint: /^Name one of its profiles: dev\./,
  },
  'a profile without its file': {
    argv: ['--profile', 'prod'],
    message: /there is no profile prod: there is no file/,
    hint: /Run ve configure set, or ve login\./,
  },
  'a profile without a key': {
    files: withProfile({ mode: 'ak', 'access-key': key.id }),
    message: /secret-key is missing/,
    hint: /Run ve configure set --profile dev --secret-key/,
  },
  'a profile of an unknown mode': {
    files: withProfile({ mode: 'canary', ...profileKeys }),
    message: /its mode is not known here/,
    hint: /another profile/,
  },
  'a session token that ran out': {
    files: withProfile({ mode: 'StsToken', ...profileSession, 'sts-expiration': Date.parse(over) / 1000 }),
    message: /session token ran out/,
    hint: /run ve configure set --profile dev with it\./,
  },
  'an SSO login that ran out': {
    files: {
      ...withProfile(ssoProfile, ssoSession),
      [ssoCache]: { access_token: 'canary-token-of-sso', expires_at: over },
    },
    message: /its SSO login: it ran out/,
    hint: /Run ve sso login --profile dev\./,
  },
  'no SSO login': {
    files: withProfile(ssoProfile, ssoSession),
    message: /its SSO login: there is no login/,
    hint: /Run ve sso login --profile dev\./,
  },
  'an SSO portal that does not answer': {
    files: {
      ...withProfile(ssoProfile, ssoSession),
      [ssoCache]: { access_token: 'canary-token-of-sso', expires_at: later },
    },
    message: /its role deployer: No connection/,
    hint: /^Check the network/,
  },
  'a console login that ran out': {
    files: { ...withProfile(loginProfile), [loginCache]: { ...login, issued_at: '2020-01-01T00:00:00Z' } },
    message: /its login: it ran out/,
    hint: /Run ve login --profile dev\./,
  },
  'an OIDC token that is not there': {
    environment: { VOLCENGINE_OIDC_ROLE_TRN: role, VOLCENGINE_OIDC_TOKEN_FILE: 'HOME/token' },
    message: /there is no file .*token with the OIDC token/,
    hint: /^Correct or remove these credentials/,
  },
  'an OIDC role without its token file': {
    environment: { VOLCENGINE_OIDC_ROLE_TRN: role },
    message: /VOLCENGINE_OIDC_TOKEN_FILE is missing/,
    hint: /^Correct or remove these credentials/,
  },
  'a role that may not be assumed': {
    files: withProfile({ mode: 'RamRoleArn', ...profileKeys, 'role-trn': role }),
    hosts: { [sts]: () => refusal(403, 'AccessDenied') },
    message: /the role trn:iam::2100000000:role\/deployer: AssumeRole: The vendor says no/,
    hint: /trust policy/,
  },
  'metadata that cannot be reached': {
    files: withProfile({ mode: 'ecsrole', 'role-name': 'deployer' }),
    message: /the instance's role deployer: 100\.96\.0\.96: No connection/,
    hint: /on an instance alone/,
  },
  'metadata that is switched off': {
    environment: { VOLCENGINE_ECS_METADATA: 'deployer', VOLCENGINE_ECS_METADATA_DISABLED: 'true' },
    message: /switched off by VOLCENGINE_ECS_METADATA_DISABLED/,
    hint: /^Unset VOLCENGINE_ECS_METADATA_DISABLED/,
  },
  'a file of the older SDK that is not JSON': {
    files: { '.volc/config': 'VOLC_SECRETKEY=canary-secret' },
    message: /\.volc\/config is not a JSON object/,
    hint: /^Correct or remove these credentials/,
  },
}

test.each(Object.entries(broken))('doctor says what to do with %s', async (_, { message, hint, ...machine }) => {
  const { exitCode, credentials } = await examine(await start(), { ...machine, hosts: { ...machine.hosts } })
  expect(credentials).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })
  expect(exitCode).toBe(4)
})

const hosts = { [sts]: stsHost }
const badKey = 'Check the access key; one whose session token expired has to be fetched anew.'

test('doctor says what to do with a wrong secret, which the cloud refuses', async () => {
  const environment = { ...variables, VOLCENGINE_SECRET_KEY: 'canary-of-another-secret' }
  const { exitCode, checks } = await examine(await start(), {
    environment,
    hosts: { [sts]: () => refusal(401, 'SignatureDoesNotMatch') },
  })
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'owner', status: 'unknown', hint: badKey },
    {
      check: 'permission to list key pairs',
      status: 'failed',
      message: expect.stringContaining('SignatureDoesNotMatch'),
      hint: badKey,
    },
    { check: 'permission to read instances', status: 'failed', hint: badKey },
  ])
  expect(exitCode).toBe(4)
})

test('doctor says what to do with a permission that lacks', async () => {
  const fault = { kind: 'refuse', status: 403, code: 'AccessDenied', times: Infinity } as const
  const { exitCode, checks } = await examine(await start(), { environment: variables, hosts, fault })
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'permission to list key pairs', status: 'failed', hint: expect.stringContaining('docs/permissions.md') },
    { check: 'permission to read instances', status: 'failed', hint: expect.stringContaining('docs/permissions.md') },
  ])
  expect(exitCode).toBe(4)
})

test('doctor says what to do with a clock that is wrong', async () => {
  const date = new Date(Date.now() - 3_600_000)
  const { exitCode, checks } = await examine(await start(), { environment: variables, hosts, date })
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    {
      check: 'clock',
      status: 'failed',
      message: expect.stringMatching(/^3\d{3} s ahead$/),
      hint: expect.stringContaining('Set the clock'),
    },
  ])
  expect(exitCode).toBe(1)
})

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
