import { expect, test } from 'vitest'
import { inspectVolcengineCredentials } from '../src/index.js'
import { envelope } from './support/cloud.js'
import { later, refusal, startSts, withMachine, withoutSecrets, type Machine } from './support/machine.js'

const sts = 'https://sts.volcengineapi.com'
const config = '.volcengine/config.json'
const keys = { 'access-key': 'AKLT1234abcd', 'secret-key': 'canary-secret-of-profile' }
const report = (machine: Machine) =>
  withMachine(machine, async ({ options }) => withoutSecrets(await inspectVolcengineCredentials(options)))

/** Answers GetCallerIdentity for any signer; assumes roles. */
const stsHost: ReturnType<typeof startSts> = (request) => {
  const identity = { AccountId: 2100000000, Trn: 'trn:iam::2100000000:user/me', IdentityType: 'User', IdentityId: '7' }
  return request.query['Action'] === 'GetCallerIdentity'
    ? { body: envelope('GetCallerIdentity', identity) }
    : startSts('canary-secret-of-profile')(request)
}

test('a report names the source of the credentials, their owner, and the earlier attempts', async () => {
  const files = { [config]: { current: 'dev', profiles: { dev: keys } } }
  const { attempts, ...rest } = await report({ files, hosts: { [sts]: stsHost } })
  expect(rest).toEqual({
    source: expect.stringContaining('config.json'),
    keyEnding: 'abcd',
    expiresAt: undefined,
    owner: { account: '2100000000', name: 'trn:iam::2100000000:user/me', kind: 'User' },
    problem: undefined,
  })
  expect(attempts.map(({ status, reason }) => [status, reason])).toEqual([
    ['absent', 'not set'],
    ['absent', 'not set'],
    ['absent', 'not set'],
    ['absent', 'not set'],
    ['used', undefined],
  ])
})

test('a report tells the end of a session', async () => {
  const role = { mode: 'RamRoleArn', 'role-trn': 'trn:iam::2100000000:role/deployer' }
  const files = { [config]: { current: 'dev', profiles: { dev: { ...keys, ...role } } } }
  expect(await report({ files, hosts: { [sts]: stsHost } })).toMatchObject({ expiresAt: later, keyEnding: '-key' })
})

test('a report tells why there are no credentials, and what to do', async () => {
  const files = { [config]: { current: 'dev', profiles: { dev: { mode: 'sso' } } } }
  const { source, owner, problem, attempts } = await report({ files })
  expect([source, owner]).toEqual([undefined, undefined])
  expect(problem).toEqual({
    code: 'unauthenticated',
    message: expect.stringContaining('sso-session-name is missing'),
    hint: 'Run ve configure sso.',
  })
  expect(attempts.at(-1)).toMatchObject({ status: 'unusable', reason: problem?.message })
})

test('a report without an owner tells why the cloud did not name one', async () => {
  const environment = { VOLCENGINE_ACCESS_KEY: 'AKLT1234abcd', VOLCENGINE_SECRET_KEY: 'canary-secret-of-environment' }
  const hosts = { [sts]: () => refusal(401, 'InvalidAccessKey', 'canary-secret-of-environment') }
  expect(await report({ environment, hosts })).toMatchObject({
    source: 'VOLCENGINE_ACCESS_KEY and VOLCENGINE_SECRET_KEY',
    owner: undefined,
    problem: { code: 'unauthenticated', message: 'The vendor says no to [secret]' },
  })
  expect(await report({ environment })).toMatchObject({ owner: undefined, problem: { code: 'network' } })
})

test('a wrong option throws a TypeError', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' }
  await expect(inspectVolcengineCredentials({ credentials, profile: 'dev' })).rejects.toThrow(TypeError)
})
