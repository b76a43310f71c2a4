import { expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { inspectAlibabaCredentials } from '../src/index.js'
import { json } from './support/cloud.js'
import { later, refusal, startSts, withMachine, withoutSecrets, type Machine } from './support/machine.js'

const sts = 'https://sts.aliyuncs.com'
const config = '.aliyun/config.json'
const keys = { access_key_id: 'LTAI1234abcd', access_key_secret: 'canary-secret-of-profile' }
const report = (machine: Machine) =>
  withMachine(machine, async ({ options }) => withoutSecrets(await inspectAlibabaCredentials(options)))
const withProfile = (profile: object): Machine => ({
  files: { [config]: { current: 'dev', profiles: [{ name: 'dev', ...profile }] } },
  hosts: { [sts]: stsHost },
})

/** Answers GetCallerIdentity for any signer; assumes roles. */
const stsHost: WebHost = (request) => {
  const identity = { AccountId: '1', Arn: 'acs:ram::1:user/me', IdentityType: 'RAMUser', PrincipalId: '7' }
  return request.headers['x-acs-action'] === 'GetCallerIdentity'
    ? { body: json(identity) }
    : startSts('canary-secret-of-profile')(request)
}

test('a report names the source of the credentials, their owner, and the earlier attempts', async () => {
  const { attempts, ...rest } = await report(withProfile({ mode: 'AK', ...keys }))
  expect(rest).toEqual({
    source: expect.stringContaining('config.json'),
    keyEnding: 'abcd',
    expiresAt: undefined,
    owner: { account: '1', name: 'acs:ram::1:user/me', kind: 'RAMUser' },
    problem: undefined,
  })
  expect(attempts.map(({ status, reason }) => [status, reason])).toEqual([
    ['absent', 'not set'],
    ['absent', 'not set'],
    ['used', undefined],
  ])
})

test('a report tells the end of a session', async () => {
  const role = { mode: 'RamRoleArn', ...keys, ram_role_arn: 'acs:ram::1:role/deployer' }
  expect(await report(withProfile(role))).toMatchObject({ expiresAt: later, keyEnding: '-key' })
})

test('a report tells why there are no credentials, and what to do', async () => {
  const { source, owner, problem, attempts } = await report(withProfile({ mode: 'CloudSSO' }))
  expect([source, owner]).toEqual([undefined, undefined])
  expect(problem).toEqual({
    code: 'unauthenticated',
    message: expect.stringContaining('it is not configured to the end'),
    hint: 'Run aliyun configure --profile dev.',
  })
  expect(attempts.at(-1)).toMatchObject({ status: 'unusable', reason: problem?.message })
})

test('a report without an owner tells why the cloud did not name one', async () => {
  const environment = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI1234abcd',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-secret-of-environment',
  }
  const hosts = { [sts]: () => refusal(404, 'InvalidAccessKeyId.NotFound', 'canary-secret-of-environment') }
  expect(await report({ environment, hosts })).toMatchObject({
    source: 'ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    owner: undefined,
    problem: { code: 'unauthenticated', message: 'The vendor says no to [secret]' },
  })
  expect(await report({ environment })).toMatchObject({ owner: undefined, problem: { code: 'network' } })
})

test('a wrong option throws a TypeError', async () => {
  const credentials = { accessKeyId: 'a', accessKeySecret: 's' }
  await expect(inspectAlibabaCredentials({ credentials, profile: 'dev' })).rejects.toThrow(TypeError)
})
