import { ok } from '@cloud-keypair/core'
import type { HttpRequest, HttpResponse } from '@cloud-keypair/core/http'
import { describe, expect, test } from 'vitest'
import { createOpenStackDriver, type OpenStackOptions } from '../src/index.js'
import { bare, list, publicKey } from './support/cloud.js'

const secret = 'canary-application-secret'
const token = 'canary-token-of-keystone'
const context = { signal: new AbortController().signal, token: '', trace: () => undefined }

const endpointOf = (region: string, kind = 'public') => ({
  interface: kind,
  region_id: region,
  region,
  url: `https://nova.${region}.example.org/v2.1/p1`,
})

const computeOf = (endpoints: readonly object[]): object => ({ type: 'compute', endpoints })

const loginWith = (catalog: readonly unknown[]): HttpResponse => ({
  status: 201,
  headers: { 'x-subject-token': token },
  text: JSON.stringify({ token: { user: { id: 'u1', name: 'me' }, project: { id: 'p1' }, catalog } }),
})

const login = (endpoints: readonly object[]): HttpResponse => loginWith([computeOf(endpoints)])

const versions: HttpResponse = {
  status: 200,
  headers: {},
  text: '{"version":{"version":"2.93","min_version":"2.1"}}',
}

/** Makes a driver whose requests are answered one after the other. */
function scripted(answers: readonly HttpResponse[], options: OpenStackOptions = {}) {
  const sent: HttpRequest[] = []
  const left = [...answers]
  const driver = createOpenStackDriver({
    authUrl: 'https://keystone.example.org:5000',
    credentials: {
      kind: 'application-credential',
      applicationCredentialId: 'ac1',
      applicationCredentialSecret: secret,
    },
    transport: {
      send: async (request) => {
        sent.push(request)
        return ok(left.shift() ?? { status: 500, headers: {}, text: '' })
      },
      close: async () => undefined,
    },
    testing: { environment: {} },
    ...options,
  })
  return { driver, sent }
}

const fault = (status: number, body: object): HttpResponse => ({
  status,
  headers: { 'x-openstack-request-id': 'req-1' },
  text: JSON.stringify(body),
})

test('the version is asked for at the version, and calls go behind the whole endpoint', async () => {
  const answer = { status: 200, headers: {}, text: '{"keypairs":[]}' }
  const { driver, sent } = scripted([login([endpointOf('one')]), versions, answer])
  expect((await driver.doDescribeKeyPairs(list, context)).isOk()).toBe(true)
  expect(sent.map(({ url }) => url)).toEqual([
    'https://keystone.example.org:5000/v3/auth/tokens',
    'https://nova.one.example.org/v2.1/',
    'https://nova.one.example.org/v2.1/p1/os-keypairs?limit=1000',
  ])
})

describe('of the catalog', () => {
  const endpoints = [endpointOf('one', 'internal'), endpointOf('one'), endpointOf('two')]

  test('the region and the interface choose the endpoint', async () => {
    const { driver, sent } = scripted([login(endpoints), versions], { region: 'two' })
    await driver.doDescribeKeyPairs(list, context)
    expect(sent[1]?.url).toBe('https://nova.two.example.org/v2.1/')
  })

  test.each([
    ['several regions and no choice', {}, /one, two/],
    ['another region', { region: 'three' }, /one, two/],
    ['another interface', { interface: 'admin' as const }, /interface/],
  ])('%s is an invalid argument that tells the choice', async (_, options, hint) => {
    const { driver } = scripted([login(endpoints)], options)
    const refused = await driver.doDescribeKeyPairs(list, context)
    expect(refused.isErr() && refused.error).toMatchObject({
      code: 'invalid-argument',
      outcome: 'none',
      hint: expect.stringMatching(hint),
    })
  })

  test.each([
    ['another service without a URL', { type: 'volume', endpoints: [{ ...endpointOf('one'), url: null }] }],
    ['another service without endpoints', { type: 'volume', endpoints: null }],
    ['a service without a type', { endpoints: [endpointOf('three')] }],
    ['an entry that is no object', null],
    ['a second compute service without a URL', { type: 'compute', endpoints: [{ ...endpointOf('two'), url: null }] }],
  ])('%s is ignored', async (_, entry) => {
    const { driver, sent } = scripted([loginWith([entry, computeOf([endpointOf('one')])]), versions])
    await driver.doDescribeKeyPairs(list, context)
    expect(sent[1]?.url).toBe('https://nova.one.example.org/v2.1/')
  })

  test.each([
    ['no URL', [{ ...endpointOf('one'), url: null }]],
    ['an empty URL', [{ ...endpointOf('one'), url: '' }]],
    ['no interface', [{ ...endpointOf('one'), interface: null }]],
    ['no endpoints', null],
  ])('a compute service with %s is a failure that names Nova', async (_, broken) => {
    const { driver, sent } = scripted([loginWith([{ type: 'compute', endpoints: broken }])])
    const refused = (await driver.doDescribeKeyPairs(list, context))._unsafeUnwrapErr()
    expect(refused).toMatchObject({ outcome: 'none', message: expect.stringContaining('endpoint of Nova') })
    expect(sent).toHaveLength(1)
  })

  test('an endpoint without TLS is refused before a token is sent to it', async () => {
    const url = 'http://nova.example.org/v2.1'
    const { driver, sent } = scripted([login([{ ...endpointOf('one'), url }])])
    const refused = await driver.doDescribeKeyPairs(list, context)
    expect(refused.isErr() && refused.error.code).toBe('invalid-argument')
    expect(sent).toHaveLength(1)
  })
})

test.each([
  ['a bad name', 400, { badRequest: { code: 400, message: 'Invalid input' } }, 'invalid-argument', 'none'],
  [
    'the end of the quota',
    403,
    { forbidden: { code: 403, message: 'Quota exceeded, too many key pairs.' } },
    'quota-exceeded',
    'none',
  ],
  ['a policy', 403, { forbidden: { code: 403, message: 'Policy does not allow it' } }, 'permission-denied', 'none'],
  ['a taken name', 409, { conflictingRequest: { code: 409, message: 'Key pair exists' } }, 'already-exists', 'none'],
  ['a microversion', 406, { computeFault: { code: 406, message: 'Version' } }, 'unsupported', 'none'],
  ['a rate with 413', 413, { overLimit: { code: 413, message: 'Slow' } }, 'throttled', 'none'],
  ['a rate with 429', 429, { overLimit: { code: 429, message: 'Slow' } }, 'throttled', 'none'],
  ['a failure', 500, { computeFault: { code: 500, message: 'Unexpected' } }, 'unavailable', 'unknown'],
  ['a path that leads nowhere', 404, { message: 'no' }, 'invalid-response', 'none'],
])('the refusal of an import for %s', async (_, status, body, code, outcome) => {
  const { driver } = scripted([login([endpointOf('one')]), versions, fault(status, body)])
  const refused = await driver.doImportKeyPair({ ...bare, name: 'k', publicKey }, context)
  expect(refused.isErr() && refused.error).toMatchObject({ code, outcome })
  expect(refused.isErr() && refused.error.vendor?.httpStatus).toBe(status)
})

const garbage = ['', 'null', '[]', '{', '"x"', '{"keypairs":{}}', '{"keypair":{"name":1}}', '<html></html>']

test.each([{}, { id: '' }, { id: null }])('a token whose user is %j proves no use of a key pair', async (user) => {
  const endpoints = { catalog: [computeOf([endpointOf('one')])] }
  const body = JSON.stringify({ token: { user, project: { id: 'p1' }, ...endpoints } })
  const servers = { status: 200, headers: {}, text: '{"servers":[{"id":"s1","key_name":"k","user_id":"u1"}]}' }
  const { driver } = scripted([{ status: 201, headers: { 'x-subject-token': token }, text: body }, versions, servers])
  const found = await driver.doDescribeInstances({ kind: 'bound', cursor: undefined }, context)
  expect(found._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-response', outcome: 'none' })
})

test.each(garbage)('the answer %j is an error that quotes nothing, wherever it comes', async (text) => {
  const strange = { status: 200, headers: {}, text }
  const begin = [login([endpointOf('one')]), versions]
  for (const script of [[strange], [begin[0] ?? strange, strange], [...begin, strange]]) {
    const listed = await scripted(script).driver.doDescribeKeyPairs(list, context)
    const imported = await scripted(script).driver.doImportKeyPair({ ...bare, name: 'k', publicKey }, context)
    const deleted = await scripted(script).driver.doDeleteKeyPairs([{ name: 'k' }], context)
    for (const result of [listed, imported, deleted]) {
      expect(result.isErr()).toBe(true)
      expect(JSON.stringify(result)).not.toMatch(/canary/)
    }
    expect(imported.isErr() && imported.error.outcome).toBe(script.length === 3 ? 'unknown' : 'none')
  }
})

test('a fault that quotes the token and the secret is shown without them', async () => {
  const message = `The token ${token} and ${secret} are wrong`
  const quoting = fault(403, { forbidden: { code: 403, message } })
  const { driver } = scripted([login([endpointOf('one')]), versions, quoting])
  const refused = await driver.doDescribeKeyPairs(list, context)
  expect(refused.isErr()).toBe(true)
  expect(JSON.stringify(refused)).not.toMatch(/canary/)
})

test.each([{}, { name: null }, { name: 7, fingerprint: [], public_key: {}, created_at: 1 }])(
  'a private key is kept that comes with %j alone',
  async (others) => {
    const body = { keypair: { ...others, private_key: 'canary-of-a-key' } }
    const { driver } = scripted([login([endpointOf('one')]), versions, fault(200, body)])
    const made = (await driver.doCreateKeyPair({ ...bare, name: 'deploy' }, context))._unsafeUnwrap()
    expect(made.keyPair).toEqual({ name: 'deploy' })
    expect(made.privateKey.reveal()).toBe('canary-of-a-key')
  },
)

test.each([
  ['fields that are odd', { fingerprint: [], public_key: {} }],
  ['a date that is a number', { created_at: 1_653_017_056 }],
  ['fields that are null', { fingerprint: null, public_key: null, created_at: null }],
])('a key pair with %s sinks no list', async (_, odd) => {
  const keypairs = [{ keypair: { name: 'k', ...odd } }, { keypair: { name: 'l' } }]
  const { driver } = scripted([login([endpointOf('one')]), versions, fault(200, { keypairs })])
  const page = (await driver.doDescribeKeyPairs(list, context))._unsafeUnwrap()
  expect(page.items).toEqual([{ name: 'k' }, { name: 'l' }])
})
