import { type Clock, systemClock } from '@cloud-keypair/core'
import { expect, test } from 'vitest'
import { createOpenStackDriver } from '../src/index.js'
import { bare, list, passwordOf, publicKey, startCloud } from './support/cloud.js'

const begin = ['Authenticate', 'DescribeVersion']

test('many calls at once get one token, and the next call uses it', async () => {
  await using cloud = await startCloud()
  const { driver, context } = cloud
  await Promise.all([driver.doDescribeKeyPairs(list, context), driver.doDescribeKeyPairs(list, context)])
  await driver.doDescribeKeyPairs(list, context)
  expect(cloud.actions()).toEqual([...begin, 'ListKeyPairs', 'ListKeyPairs', 'ListKeyPairs'])
})

test('a token that ended half-way is replaced once, for all calls that it was refused to', async () => {
  await using cloud = await startCloud()
  const { driver, context, simulator } = cloud
  await driver.doDescribeKeyPairs(list, context)
  simulator.world.revokeTokens()
  simulator.clearCalls()
  const importOf = (name: string) => driver.doImportKeyPair({ ...bare, name, publicKey }, context)
  const made = await Promise.all([importOf('one'), importOf('two')])
  expect(made.map((result) => result.isOk())).toEqual([true, true])
  expect(cloud.actions().filter((action) => action === 'Authenticate')).toHaveLength(1)
  expect(
    simulator.world
      .snapshot()
      .keyPairs.map(({ name }) => name)
      .toSorted(),
  ).toEqual(['one', 'two'])
})

test('a token is renewed before it ends, so that Nova refuses no call', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const clock: Clock = { ...systemClock, now: () => nowMs }
  await using cloud = await startCloud(
    { variants: { tokenMs: 3_600_000 }, wallClock: clock.now },
    { testing: { environment: {}, clock } },
  )
  const { driver, context, simulator } = cloud
  const listed = async () => (await driver.doDescribeKeyPairs(list, context)).isOk()
  expect(await listed()).toBe(true)
  nowMs += 3_600_000 - 300_001
  expect(await listed()).toBe(true)
  expect(cloud.actions()).toEqual([...begin, 'ListKeyPairs', 'ListKeyPairs'])
  simulator.clearCalls()
  nowMs += 2
  expect(await listed()).toBe(true)
  expect(cloud.actions()).toEqual([...begin, 'ListKeyPairs'])
  expect(simulator.calls.map(({ status }) => status)).toEqual([201, 200, 200])
})

test('a new token that Nova refuses, too, is unauthenticated', async () => {
  await using cloud = await startCloud({ variants: { tokenMs: 0 } })
  const { driver, context } = cloud
  const first = await driver.doDescribeKeyPairs(list, context)
  expect(first.isErr() && first.error).toMatchObject({ code: 'unauthenticated', outcome: 'none' })
  expect(cloud.actions().filter((action) => action === 'Authenticate')).toHaveLength(2)
})

test('a wrong password is unauthenticated, and is in no error', async () => {
  const secret = 'canary-of-a-wrong-password'
  await using cloud = await startCloud()
  const options = passwordOf(cloud.simulator)
  const { account } = cloud.simulator
  const credentials = {
    kind: 'password',
    userId: account.userId,
    password: secret,
    projectId: account.projectId,
  } as const
  await using driver = Object.assign(createOpenStackDriver({ ...options, credentials }), {
    async [Symbol.asyncDispose]() {
      await driver.close()
    },
  })
  const refused = await driver.doImportKeyPair({ ...bare, name: 'k', publicKey }, cloud.context)
  expect(refused.isErr() && refused.error).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false })
  expect(JSON.stringify(refused)).not.toContain(secret)
})

test('a token that is given is used for the catalog and for calls', async () => {
  await using cloud = await startCloud()
  const { authUrl, account } = cloud.simulator
  const login = await fetch(`${authUrl}/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: {
            id: account.applicationCredentialId,
            secret: account.applicationCredentialSecret,
          },
        },
      },
    }),
  })
  const token = login.headers.get('x-subject-token') ?? ''
  const driver = createOpenStackDriver({ authUrl, credentials: { kind: 'token', token }, testing: { environment: {} } })
  expect((await driver.doDescribeKeyPairs(list, cloud.context)).isOk()).toBe(true)
  cloud.simulator.world.revokeTokens()
  const refused = await driver.doDescribeKeyPairs(list, cloud.context)
  expect(refused.isErr() && refused.error.code).toBe('unauthenticated')
  expect(JSON.stringify(refused)).not.toContain(token)
  await driver.close()
})

test.each([
  ['Keystone', (url: string) => ({ authUrl: `${url}/nowhere` })],
  ['Nova', (url: string) => ({ endpoint: `${url}/compute/v2.1/nowhere` })],
])('a URL of %s that leads nowhere is an invalid response that says what to check', async (_, wrong) => {
  await using cloud = await startCloud()
  const driver = createOpenStackDriver({ ...passwordOf(cloud.simulator), ...wrong(cloud.simulator.url) })
  const refused = await driver.doDescribeKeyPairs(list, cloud.context)
  await driver.close()
  expect(refused.isErr() && refused.error).toMatchObject({
    code: 'invalid-response',
    outcome: 'none',
    hint: expect.stringContaining('URL of Keystone'),
    vendor: { httpStatus: 404 },
  })
})

test('a function is asked for credentials by the first call, and again for a new token', async () => {
  let asked = 0
  await using cloud = await startCloud()
  const options = passwordOf(cloud.simulator)
  const { userId, password, projectId } = cloud.simulator.account
  const credentials = async () => {
    asked += 1
    return { kind: 'password', userId, password, projectId } as const
  }
  const driver = createOpenStackDriver({ ...options, credentials })
  expect(asked).toBe(0)
  await driver.doDescribeKeyPairs(list, cloud.context)
  await driver.doDescribeKeyPairs(list, cloud.context)
  expect(asked).toBe(1)
  cloud.simulator.world.revokeTokens()
  expect((await driver.doDescribeKeyPairs(list, cloud.context)).isOk()).toBe(true)
  expect(asked).toBe(2)
  await driver.close()
})

test('the microversion is the highest that is known and offered, and never latest', async () => {
  for (const [newest, expected] of [
    [93, '2.92'],
    [91, '2.91'],
    [35, '2.35'],
  ] as const) {
    await using cloud = await startCloud({ variants: { newest } })
    await cloud.driver.doDescribeKeyPairs(list, cloud.context)
    expect(cloud.simulator.calls.at(-1)?.headers['openstack-api-version']).toBe(`compute ${expected}`)
  }
})

test.each([
  { newest: 34, oldest: 1 },
  { newest: 120, oldest: 93 },
])('a cloud of other microversions is unsupported: $oldest to $newest', async (variants) => {
  await using cloud = await startCloud({ variants })
  const refused = await cloud.driver.doDescribeKeyPairs(list, cloud.context)
  expect(refused.isErr() && refused.error).toMatchObject({ code: 'unsupported', outcome: 'none' })
  expect(cloud.actions()).toEqual(begin)
})

test('a key pair that Nova generates is asked for with 2.91, and is unsupported if the cloud begins later', async () => {
  const generateKeyPair = async () => ({ privateKey: 'canary-private-key', publicKey })
  await using cloud = await startCloud({ generateKeyPair })
  const made = await cloud.driver.doCreateKeyPair({ ...bare, name: 'made there' }, cloud.context)
  expect(made.isOk()).toBe(true)
  expect(cloud.simulator.calls.at(-1)?.headers['openstack-api-version']).toBe('compute 2.91')
  await using later = await startCloud({ variants: { oldest: 92 }, generateKeyPair })
  const refused = await later.driver.doCreateKeyPair({ ...bare, name: 'made there' }, later.context)
  expect(refused.isErr() && refused.error).toMatchObject({ code: 'unsupported', outcome: 'none' })
  expect(later.actions()).toEqual(begin)
})

test('a name with . or @ is sent from 2.92 on, and refused here before', async () => {
  const request = { ...bare, name: 'me@host.json', publicKey }
  await using cloud = await startCloud()
  expect((await cloud.driver.doImportKeyPair(request, cloud.context)).isOk()).toBe(true)
  await using older = await startCloud({ variants: { newest: 91 } })
  const refused = await older.driver.doImportKeyPair(request, older.context)
  expect(refused.isErr() && refused.error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
  expect(older.actions()).toEqual(begin)
})

test.each(['.', '..'])(
  'nothing is sent for a key pair of the name %s, whose path would be another one',
  async (name) => {
    await using cloud = await startCloud()
    const { driver, context } = cloud
    const refused = [
      await driver.doDeleteKeyPairs([{ name }], context),
      await driver.doImportKeyPair({ ...bare, name, publicKey }, context),
      await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs: [{ by: 'name', name }], cursor: undefined }, context),
    ]
    expect(refused.map((result) => result.isErr() && result.error.code)).toEqual(Array(3).fill('invalid-argument'))
    expect(cloud.actions()).toEqual(begin)
  },
)
