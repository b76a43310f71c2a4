import { startAlibabaEcsSimulator } from '@cloud-keypair/simulator'
import { expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { examine, key, later, type Machine, over, session, type Simulated } from './support/machine.js'

// Every row of the table of sources in the README of the adapter, and every mode of a profile.

const config = '.aliyun/config.json'
const shared = '.alibabacloud/credentials'
const sts = 'https://sts.aliyuncs.com'
const metadata = 'http://100.100.100.200'
const signIn = 'https://signin.example.com'
const oauth = 'https://oauth.aliyun.com'
const uri = 'https://credentials.example.com'
const role = 'acs:ram::1234567890:role/deployer'
const sessionKeys = {
  AccessKeyId: session.id,
  AccessKeySecret: session.secret,
  SecurityToken: session.token,
  Expiration: later,
}
const profileKeys = { access_key_id: key.id, access_key_secret: key.secret }
const profileSession = { access_key_id: session.id, access_key_secret: session.secret, sts_token: session.token }
const variables = { ALIBABA_CLOUD_ACCESS_KEY_ID: key.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.secret }
const seconds = (date: string): number => Math.floor(Date.parse(date) / 1000)

const json = (value: object): { body: string } => ({ body: JSON.stringify({ RequestId: 'r', ...value }) })
const refusal = (status: number, Code: string): ReturnType<WebHost> => ({
  status,
  ...json({ HostId: 'sts.aliyuncs.com', Code, Message: 'The vendor says no.' }),
})

const stsHost: WebHost = ({ headers }) =>
  headers['x-acs-action'] === 'GetCallerIdentity'
    ? json({ AccountId: '1234567890', Arn: 'acs:ram::1234567890:user/me', IdentityType: 'RAMUser' })
    : json({ Credentials: sessionKeys })
const metadataHost: WebHost = ({ path }) => {
  if (path === '/latest/api/token') return { body: 'canary-token-of-metadata' }
  if (path.endsWith('/security-credentials/')) return { body: 'deployer\n' }
  return json({ Code: 'Success', ...sessionKeys })
}
const oauthHost: WebHost = () =>
  json({
    accessKeyId: session.id,
    accessKeySecret: session.secret,
    securityToken: session.token,
    expiration: later,
  })

async function start(): Promise<Simulated> {
  const accounts = [
    { accessKeyId: key.id, accessKeySecret: key.secret },
    { accessKeyId: session.id, accessKeySecret: session.secret, securityToken: session.token },
  ]
  const { url, region, fault, close } = await startAlibabaEcsSimulator({ accounts })
  return { options: ['--cloud', 'alibaba-ecs', '--endpoint', url, '--region', region], fault, close }
}

/** Makes the files of a machine whose command has one profile, the current one. */
const withProfile = (profile: object, ...others: readonly object[]): NonNullable<Machine['files']> => ({
  [config]: { current: 'dev', profiles: [{ name: 'dev', ...profile }, ...others] },
})

const oidc = { ram_role_arn: role, oidc_provider_arn: 'acs:ram::1234567890:oidc-provider/acme' }
const cloudSso = {
  mode: 'CloudSSO',
  cloud_sso_sign_in_url: `${signIn}/acme/login`,
  cloud_sso_account_id: '1234567890',
  cloud_sso_access_config: 'ac-1',
  access_token: 'canary-token-of-sso',
  cloud_sso_access_token_expire: seconds(later),
}
const login = {
  mode: 'OAuth',
  oauth_site_type: 'CN',
  oauth_access_token: 'canary-token-of-login',
  oauth_access_token_expire: seconds(later),
}

const good: Readonly<Record<string, Machine>> = {
  'an access key in the environment': { environment: variables },
  'a session in the environment': {
    environment: {
      ALIBABA_CLOUD_ACCESS_KEY_ID: session.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: session.secret,
      ALIBABA_CLOUD_SECURITY_TOKEN: session.token,
    },
  },
  'an OIDC token that the environment names': {
    environment: {
      ALIBABA_CLOUD_ROLE_ARN: role,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: oidc.oidc_provider_arn,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: 'HOME/token',
    },
    files: { token: 'canary-oidc' },
  },
  'a profile that --profile names': {
    argv: ['--profile', 'other'],
    files: withProfile({}, { name: 'other', mode: 'AK', ...profileKeys }),
  },
  'a profile that ALIBABA_CLOUD_PROFILE names': {
    environment: { ALIBABA_CLOUD_PROFILE: 'other' },
    files: withProfile({}, { name: 'other', mode: 'AK', ...profileKeys }),
  },
  'a profile of mode AK': { files: withProfile({ mode: 'AK', ...profileKeys }) },
  'a profile of mode StsToken': { files: withProfile({ mode: 'StsToken', ...profileSession }) },
  'a profile of mode RamRoleArn': { files: withProfile({ mode: 'RamRoleArn', ...profileKeys, ram_role_arn: role }) },
  'a profile of mode RamRoleArnWithRoleName': {
    files: withProfile({ mode: 'RamRoleArnWithRoleName', ram_role_name: 'deployer', ram_role_arn: role }),
    hosts: { [metadata]: metadataHost },
  },
  'a profile of mode ChainableRamRoleArn': {
    files: withProfile(
      { mode: 'ChainableRamRoleArn', source_profile: 'other', ram_role_arn: role },
      { name: 'other', mode: 'AK', ...profileKeys },
    ),
  },
  'a profile of mode OIDC': {
    files: { token: 'canary-oidc', ...withProfile({ mode: 'OIDC', ...oidc, oidc_token_file: 'HOME/token' }) },
  },
  'a profile of mode EcsRamRole': {
    files: withProfile({ mode: 'EcsRamRole', ram_role_name: 'deployer' }),
    hosts: { [metadata]: metadataHost },
  },
  'a profile of mode CloudSSO': {
    files: withProfile(cloudSso),
    hosts: { [signIn]: () => json({ CloudCredential: sessionKeys }) },
  },
  'a profile of mode OAuth': { files: withProfile(login), hosts: { [oauth]: oauthHost } },
  'a profile of mode External': {
    files: {
      ...withProfile({ mode: 'External', process_command: 'cat HOME/printed' }),
      printed: { mode: 'AK', ...profileKeys },
    },
  },
  'a profile of mode CredentialsURI': {
    files: withProfile({ mode: 'CredentialsURI', credentials_uri: uri }),
    hosts: { [uri]: () => json({ Code: 'Success', ...sessionKeys }) },
  },
  'an access key of the SDKs': {
    files: { [shared]: `[default]\ntype=access_key\naccess_key_id=${key.id}\naccess_key_secret=${key.secret}\n` },
  },
  'a role of the SDKs': {
    files: {
      [shared]: `[default]\ntype=ram_role_arn\naccess_key_id=${key.id}\naccess_key_secret=${key.secret}\nrole_arn=${role}\n`,
    },
  },
  'a role of an instance of the SDKs': {
    files: { [shared]: '[default]\ntype=ecs_ram_role\nrole_name=deployer\n' },
    hosts: { [metadata]: metadataHost },
  },
  'the role of the instance': { hosts: { [metadata]: metadataHost } },
  'an address': {
    environment: { ALIBABA_CLOUD_CREDENTIALS_URI: uri, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' },
    hosts: { [uri]: () => json({ Code: 'Success', ...sessionKeys }) },
  },
}

test.each(Object.entries(good))('doctor is green with %s', async (_, machine) => {
  const hosts = { [sts]: stsHost, ...machine.hosts }
  const { exitCode, checks, named } = await examine(await start(), { ...machine, hosts })
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(named['owner']?.message).toContain('account 1234567890')
  expect(exitCode).toBe(0)
})

interface Broken extends Machine {
  readonly message: RegExp
  readonly hint: RegExp
}

const broken: Readonly<Record<string, Broken>> = {
  'nothing at all': {
    message: /^there are no credentials$/,
    hint: /^Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run aliyun configure\. Looked in: /,
  },
  'half an access key': {
    environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: key.id },
    message: /ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing/,
    hint: /^Correct or remove/,
  },
  'a file of the command that is not JSON': {
    files: { [config]: '{ "access_key_secret": "canary-secret' },
    message: /config\.json is not JSON/,
    hint: /^Correct or remove/,
  },
  'a file of the command of another form': {
    files: { [config]: { profiles: ['canary-secret'] } },
    message: /not in the form of the vendor's command/,
    hint: /^Correct or remove/,
  },
  'a profile that is not there': {
    argv: ['--profile', 'prod'],
    files: withProfile({ mode: 'AK', ...profileKeys }),
    message: /there is no profile prod: .*config\.json has dev/,
    hint: /^Run aliyun configure --profile prod, or name another profile\.$/,
  },
  'a profile that is not configured': {
    files: withProfile({}),
    message: /it is not configured yet/,
    hint: /^Run aliyun configure --profile dev\.$/,
  },
  'a profile without a secret': {
    files: withProfile({ mode: 'AK', access_key_id: key.id }),
    message: /access_key_secret is missing/,
    hint: /^Run aliyun configure --profile dev\.$/,
  },
  'a profile of an unknown mode': {
    files: withProfile({ mode: 'canary', ...profileKeys }),
    message: /its mode is not taken here/,
    hint: /another profile/,
  },
  'a CloudSSO login that ran out': {
    files: withProfile({ ...cloudSso, cloud_sso_access_token_expire: seconds(over) }),
    message: /its CloudSSO login ran out/,
    hint: /^Run aliyun configure --profile dev\.$/,
  },
  'a CloudSSO host that does not answer': {
    files: withProfile(cloudSso),
    message: /CloudSSO: No connection/,
    hint: /^Check the network/,
  },
  'an OAuth login that ran out': {
    files: withProfile({ ...login, oauth_access_token_expire: seconds(over) }),
    message: /its OAuth login: it ran out/,
    hint: /^Run aliyun configure --profile dev --mode OAuth\.$/,
  },
  'an OIDC token that is not there': {
    files: withProfile({ mode: 'OIDC', ...oidc, oidc_token_file: 'HOME/token' }),
    message: /there is no file .*token with the OIDC token/,
    hint: /^Correct or remove/,
  },
  'a role that may not be assumed': {
    files: withProfile({ mode: 'RamRoleArn', ...profileKeys, ram_role_arn: role }),
    hosts: { [sts]: () => refusal(403, 'NoPermission') },
    message: /the role acs:ram::1234567890:role\/deployer: AssumeRole: The vendor says no/,
    hint: /trust policy/,
  },
  'a source profile that is not there': {
    files: withProfile({ mode: 'ChainableRamRoleArn', source_profile: 'other', ram_role_arn: role }),
    message: /its source_profile other is not there/,
    hint: /^Correct or remove/,
  },
  'metadata that cannot be reached': {
    files: withProfile({ mode: 'EcsRamRole', ram_role_name: 'deployer' }),
    message: /the instance's role deployer: 100\.100\.100\.200: No connection/,
    hint: /on an instance alone/,
  },
  'metadata that is switched off': {
    environment: { ALIBABA_CLOUD_ECS_METADATA: 'deployer', ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' },
    message: /switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED/,
    hint: /^Unset ALIBABA_CLOUD_ECS_METADATA_DISABLED/,
  },
  'a command that fails': {
    files: withProfile({ mode: 'External', process_command: 'cat HOME/canary' }),
    message: /its process_command failed \(exit code 1\)/,
    hint: /^Correct or remove/,
  },
  'an address that refuses': {
    environment: { ALIBABA_CLOUD_CREDENTIALS_URI: uri, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' },
    hosts: { [uri]: () => ({ status: 403, body: '{"Code":"Forbidden","Message":"canary"}' }) },
    message: /ALIBABA_CLOUD_CREDENTIALS_URI: HTTP 403, Forbidden/,
    hint: /^Correct or remove/,
  },
  'a profile of the SDKs without a type': {
    files: { [shared]: `[default]\naccess_key_secret=${key.secret}\n` },
    message: /its type is missing/,
    hint: /^Correct or remove/,
  },
}

test.each(Object.entries(broken))('doctor says what to do with %s', async (_, { message, hint, ...machine }) => {
  const { exitCode, credentials } = await examine(await start(), machine)
  expect(credentials).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })
  expect(exitCode).toBe(4)
})

const hosts = { [sts]: stsHost }

test('doctor says what to do with a wrong secret, which the cloud refuses', async () => {
  const environment = { ...variables, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-of-another-secret' }
  const stsOfAnother = { [sts]: () => refusal(400, 'SignatureDoesNotMatch') }
  const { exitCode, checks } = await examine(await start(), { environment, hosts: stsOfAnother })
  const hint = 'Check the access key. If its security token expired, fetch a new one.'
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'owner', status: 'unknown', hint },
    { check: 'permission to list key pairs', status: 'failed', hint },
    { check: 'permission to read instances', status: 'failed', hint },
  ])
  expect(exitCode).toBe(4)
})

test('doctor says what to do with a permission that lacks', async () => {
  const fault = {
    kind: 'refuse',
    status: 403,
    code: 'NoPermission',
    action: 'DescribeInstances',
    times: Infinity,
  } as const
  const { exitCode, checks } = await examine(await start(), { environment: variables, hosts, fault })
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'permission to read instances', status: 'failed', hint: expect.stringContaining('docs/permissions.md') },
  ])
  expect(exitCode).toBe(4)
})

test('doctor says what to do with a clock that is wrong', async () => {
  const date = new Date(Date.now() + 3_600_000)
  const { exitCode, checks } = await examine(await start(), { environment: variables, hosts, date })
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'clock', status: 'failed', message: expect.stringMatching(/^3\d{3} s behind$/) },
  ])
  expect(exitCode).toBe(1)
})
