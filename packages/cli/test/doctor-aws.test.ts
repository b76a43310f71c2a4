import { startAwsSimulator } from '@cloud-keypair/simulator'
import { afterEach, expect, test } from 'vitest'
import { chain, mockChain, unmockChain } from '../../aws/test/support/mock-chain.js'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { examine, key, later, type Machine, session, type Simulated } from './support/machine.js'

// Every source of the README of the adapter.

const sts = 'https://sts.eu-central-1.amazonaws.com'
const variables = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret }

const stsHost: WebHost = () => ({
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn>
    <UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
})
const refusal = (status: number, code: string): ReturnType<WebHost> => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>The vendor says no.</Message></Error></ErrorResponse>`,
})
const hosts = { [sts]: stsHost }

async function start(): Promise<Simulated> {
  const accounts = [
    { accessKeyId: key.id, secretAccessKey: key.secret },
    { accessKeyId: session.id, secretAccessKey: session.secret, sessionToken: session.token },
  ]
  const { url, fault, close, world } = await startAwsSimulator({ accounts, region: 'eu-central-1' })
  world.seedKeyPair({ name: 'deploy' })
  return { options: ['--cloud', 'aws', '--endpoint', url, '--region', 'eu-central-1'], fault, close }
}

/** Has the vendor's package installed: it gives these credentials. */
function installChain(provide: () => Promise<unknown>): unknown[] {
  const given: unknown[] = []
  mockChain(() => ({
    defaultProvider: (options: unknown) => {
      given.push(options)
      return provide
    },
  }))
  return given
}

afterEach(unmockChain)

const ofSession = async (): Promise<unknown> => ({
  accessKeyId: session.id,
  secretAccessKey: session.secret,
  sessionToken: session.token,
  expiration: new Date(later),
})

async function mustBeGreen(machine: Machine): Promise<void> {
  const { exitCode, checks, named } = await examine(await start(), { ...machine, hosts })
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(named['owner']?.message).toContain('account 123456789012')
  expect(exitCode).toBe(0)
}

test('doctor is green with an access key or a session in the environment', async () => {
  await mustBeGreen({ environment: variables })
  const ofSessions = { AWS_ACCESS_KEY_ID: session.id, AWS_SECRET_ACCESS_KEY: session.secret }
  await mustBeGreen({ environment: { ...ofSessions, AWS_SESSION_TOKEN: session.token } })
})

test("doctor is green with what the vendor's package finds, also by a profile", async () => {
  const given = installChain(ofSession)
  await mustBeGreen({})
  await mustBeGreen({ argv: ['--profile', 'dev'], environment: variables })
  expect(given).toContainEqual({ profile: 'dev' })
})

const broken: Readonly<Record<string, Machine & { readonly message: RegExp; readonly hint: RegExp }>> = {
  'nothing at all': {
    message: /^there are no credentials$/,
    hint: /^Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\. Or install @aws-sdk.*not installed/,
  },
  'half an access key': {
    environment: { AWS_ACCESS_KEY_ID: key.id },
    message: /secretAccessKey is missing/,
    hint: /^Correct or remove/,
  },
  "a profile without the vendor's package": {
    argv: ['--profile', 'dev'],
    environment: variables,
    message: /^the profile dev needs @aws-sdk\/credential-provider-node, which is not installed$/,
    hint: /^Install @aws-sdk\/credential-provider-node beside this package/,
  },
}

test.each(Object.entries(broken))('doctor says what to do with %s', async (_, { message, hint, ...machine }) => {
  const { exitCode, credentials } = await examine(await start(), { ...machine, hosts })
  expect(credentials).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })
  expect(exitCode).toBe(4)
})

test("doctor says what to do if the vendor's package finds nothing", async () => {
  installChain(() => Promise.reject(new Error('canary: the SSO session has expired')))
  const { exitCode, credentials } = await examine(await start(), { hosts })
  expect(credentials).toMatchObject({
    message: `${chain} found no credentials (Error)`,
    hint: 'Run aws sts get-caller-identity, which says why; then aws configure, or aws sso login.',
  })
  expect(exitCode).toBe(4)
})

test('doctor says what to do with a wrong secret, which the cloud refuses', async () => {
  const environment = { ...variables, AWS_SECRET_ACCESS_KEY: 'canary-of-another-secret' }
  const stsOfAnother = { [sts]: () => refusal(403, 'SignatureDoesNotMatch') }
  const { exitCode, checks } = await examine(await start(), { environment, hosts: stsOfAnother })
  const hint = 'Check the access key and its session token.'
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'owner', status: 'unknown', hint },
    { check: 'permission to list key pairs', status: 'failed', hint },
    { check: 'permission to read instances', status: 'failed', hint },
  ])
  expect(exitCode).toBe(4)
})

test('doctor says what to do with a permission that lacks', async () => {
  const fault = { kind: 'refuse', status: 403, code: 'UnauthorizedOperation', times: Infinity } as const
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
    { check: 'clock', status: 'failed', message: expect.stringMatching(/^3\d{3} s ahead$/) },
  ])
  expect(exitCode).toBe(1)
})
