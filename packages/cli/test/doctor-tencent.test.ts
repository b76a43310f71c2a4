import { startTencentSimulator } from '@cloud-keypair/simulator'
import { expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { examine, key, type Machine, session, type Simulated } from './support/machine.js'

// Every source of the README of the adapter.

const file = '.tencentcloud/credentials'
const variables = { TENCENTCLOUD_SECRET_ID: key.id, TENCENTCLOUD_SECRET_KEY: key.secret }
const profile = (name: string): string => `[${name}]\nsecret_id = ${key.id}\nsecret_key = ${key.secret}\n`

const owner: WebHost = () => ({
  body: JSON.stringify({ Response: { AccountId: '100000000001', Arn: 'qcs::cam::uin/100000000001', RequestId: 'r' } }),
})
const refusal: WebHost = () => ({
  body: JSON.stringify({
    Response: { Error: { Code: 'AuthFailure.SignatureFailure', Message: 'The vendor says no.' }, RequestId: 'r' },
  }),
})
const hosts = { 'https://sts.tencentcloudapi.com': owner }

async function start(): Promise<Simulated> {
  const accounts = [
    { secretId: key.id, secretKey: key.secret },
    { secretId: session.id, secretKey: session.secret, token: session.token },
  ]
  const { url, region, fault, close } = await startTencentSimulator({ accounts })
  return { options: ['--cloud', 'tencent', '--endpoint', url, '--region', region], fault, close }
}

const good: Readonly<Record<string, Machine>> = {
  'an access key in the environment': { environment: variables },
  'a session in the environment': {
    environment: {
      TENCENTCLOUD_SECRET_ID: session.id,
      TENCENTCLOUD_SECRET_KEY: session.secret,
      TENCENTCLOUD_SESSION_TOKEN: session.token,
    },
  },
  'the default profile of the file': { files: { [file]: profile('default') } },
  'a profile that --profile names': { argv: ['--profile', 'dev'], files: { [file]: profile('dev') } },
}

test.each(Object.entries(good))('doctor is green with %s', async (_, machine) => {
  const { exitCode, checks, named } = await examine(await start(), { ...machine, hosts })
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(named['owner']?.message).toContain('account 100000000001')
  expect(exitCode).toBe(0)
})

const broken: Readonly<Record<string, Machine & { readonly message: RegExp; readonly hint: RegExp }>> = {
  'nothing at all': {
    message: /^there are no credentials$/,
    hint: /^Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or write .*\. Looked in: /,
  },
  'half an access key': {
    environment: { TENCENTCLOUD_SECRET_ID: key.id },
    message: /secretKey is missing/,
    hint: /^Correct or remove/,
  },
  'a profile that is not there': {
    argv: ['--profile', 'dev'],
    files: { [file]: profile('default') },
    message: /^there are no credentials$/,
    hint: /it has no profile dev/,
  },
  'a profile without a key': {
    files: { [file]: `[default]\nsecret_id = ${key.id}\n` },
    message: /secretKey is missing/,
    hint: /^Correct or remove/,
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

test('doctor says what to do with a wrong secret, which the cloud refuses', async () => {
  const environment = { ...variables, TENCENTCLOUD_SECRET_KEY: 'canary-of-another-secret' }
  const stsOfAnother = { 'https://sts.tencentcloudapi.com': refusal }
  const { exitCode, checks } = await examine(await start(), { environment, hosts: stsOfAnother })
  const hint = 'Check the secret id, the secret key and the token.'
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { check: 'owner', status: 'unknown', hint },
    { check: 'permission to list key pairs', status: 'failed', hint },
    { check: 'permission to read instances', status: 'failed', hint },
  ])
  expect(exitCode).toBe(4)
})
