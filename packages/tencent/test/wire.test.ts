import { collect, ok } from '@cloud-keypair/core'
import type { HttpRequest, HttpTransport } from '@cloud-keypair/core/http'
import { createTencentDriver, createTencentKeyPairService } from '@cloud-keypair/tencent'
import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'

type Fields = Readonly<Record<string, unknown>>

const credentials = { secretId: 'test-secret-id', secretKey: 'test-secret-key', token: 'test-token' }
const context = { signal: new AbortController().signal, token: '', trace: () => {} }

/** A cloud that gives one answer to each action, with HTTP status 200, and keeps the requests. */
function cloudOf(answers: Readonly<Record<string, Fields>>): {
  readonly sent: HttpRequest[]
  readonly connection: { readonly region: string; readonly credentials: typeof credentials; transport: HttpTransport }
} {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (request) => {
      sent.push(request)
      const Response = { ...answers[request.headers['x-tc-action'] ?? ''], RequestId: 'request-1' }
      return ok({ status: 200, headers: {}, text: JSON.stringify({ Response }) })
    },
    close: async () => {},
  }
  return { sent, connection: { region: 'ap-guangzhou', credentials, transport } }
}

function bodyOf(request: HttpRequest | undefined): unknown {
  return JSON.parse(String(request?.body))
}

test('a request is signed as the documents of TC3-HMAC-SHA256 say', async () => {
  const { sent, connection } = cloudOf({ DescribeKeyPairs: { TotalCount: 0, KeyPairSet: [] } })
  const driver = createTencentDriver(connection)
  await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs: [{ by: 'id', id: 'skey-1' }], cursor: undefined }, context)
  const [request] = sent
  const { authorization = '', ...headers } = request?.headers ?? {}
  const timestamp = headers['x-tc-timestamp'] ?? ''
  const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10)
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:cvm.tencentcloudapi.com\n\ncontent-type;host\n${hash(String(request?.body))}`
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/cvm/tc3_request\n${hash(canonical)}`
  const key = hmac(hmac(hmac('TC3test-secret-key', date), 'cvm'), 'tc3_request')
  expect(authorization).toBe(
    `TC3-HMAC-SHA256 Credential=test-secret-id/${date}/cvm/tc3_request, SignedHeaders=content-type;host, Signature=${hmac(key, toSign).toString('hex')}`,
  )
  expect(headers).toMatchObject({
    'x-tc-region': 'ap-guangzhou',
    'x-tc-version': '2017-03-12',
    'x-tc-token': 'test-token',
  })
  expect(bodyOf(request)).toEqual({ KeyIds: ['skey-1'], Offset: 0, Limit: 100 })
})

test('an attach names instances and the key pair, and never forces a stop', async () => {
  const { sent, connection } = cloudOf({})
  const request = { keyPair: { by: 'id', id: 'skey-1' }, instanceIds: ['ins-1', 'ins-2'] } as const
  const answer = await createTencentDriver(connection).doAttachKeyPair(request, context)
  expect(answer._unsafeUnwrap()).toEqual([
    { id: 'ins-1', ok: true, task: 'request-1' },
    { id: 'ins-2', ok: true, task: 'request-1' },
  ])
  expect(bodyOf(sent[0])).toEqual({ InstanceIds: ['ins-1', 'ins-2'], KeyIds: ['skey-1'] })
})

test('a stop keeps charging, and cuts the power only if it is forced', async () => {
  const { sent, connection } = cloudOf({})
  const driver = createTencentDriver(connection)
  for (const force of [false, true]) await driver.doStopInstances({ instanceIds: ['ins-1'], force }, context)
  expect(sent.map(bodyOf)).toEqual([
    { InstanceIds: ['ins-1'], StopType: 'SOFT', StoppedMode: 'KEEP_CHARGING' },
    { InstanceIds: ['ins-1'], StopType: 'HARD', StoppedMode: 'KEEP_CHARGING' },
  ])
})

test('an instance shows all its key pairs, and that a change is under way', async () => {
  const { connection } = cloudOf({
    DescribeInstances: {
      TotalCount: 2,
      InstanceSet: [
        {
          InstanceId: 'ins-1',
          InstanceState: 'STOPPED',
          LatestOperationState: 'OPERATING',
          LoginSettings: { KeyIds: ['skey-1', 'skey-2'] },
        },
        { InstanceId: 'ins-2', InstanceState: 'RUNNING', LatestOperationState: null, LoginSettings: { KeyIds: null } },
      ],
    },
  })
  const request = { kind: 'exact', instanceIds: ['ins-1', 'ins-2'], cursor: undefined } as const
  const answer = await createTencentDriver(connection).doDescribeInstances(request, context)
  expect(answer._unsafeUnwrap().items).toEqual([
    { id: 'ins-1', power: 'stopped', keyPair: { id: 'skey-1' }, alsoBound: [{ id: 'skey-2' }], isChanging: true },
    { id: 'ins-2', power: 'running' },
  ])
})

test('an instance shows the operation that failed, and the reason without a secret', async () => {
  const failed = { LatestOperationState: 'FAILED', LatestOperationRequestId: 'request-1' }
  const LatestOperationErrorMsg = 'The key test-secret-key is not accepted.'
  const { connection } = cloudOf({
    DescribeInstances: {
      TotalCount: 3,
      InstanceSet: [
        { InstanceId: 'ins-1', InstanceState: 'STOPPED', ...failed, LatestOperationErrorMsg },
        { InstanceId: 'ins-2', InstanceState: 'STOPPED', ...failed, LatestOperationErrorMsg: null },
        { InstanceId: 'ins-3', InstanceState: 'STOPPED', LatestOperationState: 'FAILED' },
      ],
    },
  })
  const request = { kind: 'exact', instanceIds: ['ins-1', 'ins-2', 'ins-3'], cursor: undefined } as const
  const answer = await createTencentDriver(connection).doDescribeInstances(request, context)
  expect(JSON.stringify(answer._unsafeUnwrap())).not.toContain('test-secret-key')
  expect(answer._unsafeUnwrap().items.map(({ failedTask }) => failedTask)).toMatchObject([
    {
      id: 'request-1',
      failure: {
        code: 'unknown',
        message: expect.stringMatching(/^The key .* is not accepted$/),
        vendor: { requestId: 'request-1' },
      },
    },
    {
      id: 'request-1',
      failure: { message: 'the cloud accepted the operation, and did not carry it out', transient: false },
    },
    undefined,
  ])
})

test.each([
  ['UnsupportedOperation.InstanceStateRunning', 'instance-state', false],
  ['UnsupportedOperation.InstanceStateStopping', 'busy', true],
  ['UnsupportedOperation.InstanceOsWindows', 'instance-unsupported', false],
  ['InvalidInstanceId.NotFound', 'not-found', false],
  ['UnauthorizedOperation.MFAExpired', 'permission-denied', false],
  ['RequestLimitExceeded.UinLimitExceeded', 'throttled', true],
  ['NeverHeard.Of', 'unknown', false],
])('a refusal with HTTP status 200, %s, is %s', async (Code, code, transient) => {
  const Error = { Code, Message: 'The instance `ins-1` is test-secret-id.' }
  const { connection } = cloudOf({ AssociateInstancesKeyPairs: { Error } })
  const request = { keyPair: { by: 'id', id: 'skey-1' }, instanceIds: ['ins-1', 'ins-2'] } as const
  const failure = (await createTencentDriver(connection).doAttachKeyPair(request, context))._unsafeUnwrapErr()
  expect(failure).toMatchObject({ code, transient, outcome: 'none' })
  expect(JSON.stringify(failure)).not.toContain('test-secret-id')
})

test('names are looked up five at a time, and a name that only contains another is left out', async () => {
  const shown = { KeyId: 'skey-1', KeyName: 'deploy', ProjectId: 0, PublicKey: 'ssh-rsa AAAA skey_1' }
  const { sent, connection } = cloudOf({
    DescribeKeyPairs: { TotalCount: 2, KeyPairSet: [shown, { ...shown, KeyId: 'skey-2', KeyName: 'deploy_2' }] },
  })
  const keyPairs = ['deploy', 'a', 'b', 'c', 'd', 'e'].map((name) => ({ by: 'name', name }) as const)
  const driver = createTencentDriver(connection)
  const page = (
    await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor: undefined }, context)
  )._unsafeUnwrap()
  expect(page).toMatchObject({ items: [{ id: 'skey-1', name: 'deploy', group: '0' }], cursor: '1.0' })
  const last = await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor: page.cursor }, context)
  expect(last._unsafeUnwrap().cursor).toBeUndefined()
  expect(sent.map(bodyOf)).toEqual([
    { Filters: [{ Name: 'key-name', Values: ['deploy', 'a', 'b', 'c', 'd'] }], Offset: 0, Limit: 100 },
    { Filters: [{ Name: 'key-name', Values: ['e'] }], Offset: 0, Limit: 100 },
  ])
})

test('a name with a hyphen is refused before anything is sent', async () => {
  const { sent, connection } = cloudOf({})
  const created = await createTencentKeyPairService(connection).import({
    name: 'deploy-2026',
    publicKey: 'ssh-rsa AAAA',
  })
  expect([created._unsafeUnwrapErr().code, sent]).toEqual(['invalid-argument', []])
})

test('a page of a list names the pages after the next one, as many as are read at once', async () => {
  const aheadOf = async (TotalCount: number, offset: number, items = Math.min(100, TotalCount - offset)) => {
    const InstanceSet = Array.from({ length: items }, (_, index) => ({ InstanceId: `ins-${offset + index}` }))
    const { connection } = cloudOf({ DescribeInstances: { TotalCount, InstanceSet } })
    const request = { kind: 'bound', cursor: String(offset) } as const
    const { cursor, ahead } = (
      await createTencentDriver(connection).doDescribeInstances(request, context)
    )._unsafeUnwrap()
    return [cursor, ahead]
  }
  expect(await aheadOf(100, 0)).toEqual([undefined, undefined])
  expect(await aheadOf(101, 0)).toEqual(['100', []])
  expect(await aheadOf(301, 0)).toEqual(['100', ['200', '300']])
  expect(await aheadOf(2_000, 600)).toEqual(['700', ['800', '900', '1000']])
  expect(await aheadOf(2_000, 1_700)).toEqual(['1800', ['1900']])
  // A page that is not full does not tell where the others begin.
  expect(await aheadOf(301, 0, 40)).toEqual(['40', undefined])
})

test.each([{}, { KeyId: null }, { KeyId: 7, PublicKey: {} }, { KeyId: '' }])(
  'a private key is kept that comes with %j alone',
  async (others) => {
    const { connection } = cloudOf({ CreateKeyPair: { KeyPair: { ...others, PrivateKey: 'a-private-key' } } })
    const request = { name: 'deploy', tags: {}, description: undefined, group: undefined }
    const made = (await createTencentDriver(connection).doCreateKeyPair(request, context))._unsafeUnwrap()
    expect(made.keyPair).toEqual({ name: 'deploy' })
    expect(made.privateKey.reveal()).toBe('a-private-key')
  },
)

const listed = { KeyId: 'skey-1', KeyName: 'deploy' }
const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 100,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

test.each([
  ['odd fields', { ProjectId: {}, Description: [], PublicKey: 7 }, {}],
  ['a date that is a number', { CreatedTime: 1_653_017_056 }, {}],
  [
    'an odd tag',
    { Tags: [{ Key: 'a', Value: 'b' }, { Key: 7 }, null, 'x', { Key: 'o' }] },
    { tags: { a: 'b', o: '' } },
  ],
  ['tags that are none', { Tags: {} }, {}],
  ['tags that are null', { Tags: null }, {}],
])('a key pair with %s sinks no list', async (_, odd, read) => {
  const KeyPairSet = [
    { ...listed, ...odd },
    { KeyId: 'skey-2', KeyName: 'other' },
  ]
  const { connection } = cloudOf({ DescribeKeyPairs: { TotalCount: 2, KeyPairSet } })
  const page = (await createTencentDriver(connection).doDescribeKeyPairs(list, context))._unsafeUnwrap()
  expect(page.items).toEqual([
    { id: 'skey-1', name: 'deploy', ...read },
    { id: 'skey-2', name: 'other' },
  ])
})

test.each([
  ['absent', {}],
  ['null', { KeyPairSet: null, InstanceSet: null }],
  ['an empty object', { KeyPairSet: {}, InstanceSet: {} }],
])('a list of none that is %s is empty', async (_, lists) => {
  const none = { TotalCount: 0, ...lists }
  const { connection } = cloudOf({ DescribeKeyPairs: none, DescribeInstances: none })
  const driver = createTencentDriver(connection)
  expect((await driver.doDescribeKeyPairs(list, context))._unsafeUnwrap().items).toEqual([])
  const instances = { kind: 'exact', instanceIds: ['ins-1'], cursor: undefined } as const
  expect((await driver.doDescribeInstances(instances, context))._unsafeUnwrap().items).toEqual([])
})

test('a list whose total is off by one, as during a delete, is read on and returned', async () => {
  const { connection } = cloudOf({})
  const totals = [2, 1, 1]
  const offsets: number[] = []
  const transport: HttpTransport = {
    ...connection.transport,
    send: async (request) => {
      const { Offset }: { readonly Offset: number } = JSON.parse(String(request.body))
      offsets.push(Offset)
      const Response = {
        TotalCount: totals.shift(),
        KeyPairSet: Offset === 0 ? [listed] : [],
        RequestId: 'request-1',
      }
      return ok({ status: 200, headers: {}, text: JSON.stringify({ Response }) })
    },
  }
  const service = createTencentKeyPairService({ ...connection, transport })
  expect((await collect(service.list(), { max: 10 }))._unsafeUnwrap().map(({ name }) => name)).toEqual(['deploy'])
  // The first page again: the total was another one on the second.
  expect(offsets).toEqual([0, 1, 0])
})

test('an instance whose key pairs cannot be read is not shown without any', async () => {
  const entry = { InstanceId: 'ins-1', InstanceState: 'STOPPED', LoginSettings: { KeyIds: 'skey-1' } }
  const { connection } = cloudOf({ DescribeInstances: { TotalCount: 1, InstanceSet: [entry] } })
  const request = { kind: 'exact', instanceIds: ['ins-1'], cursor: undefined } as const
  const answer = await createTencentDriver(connection).doDescribeInstances(request, context)
  expect(answer._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-response', outcome: 'none' })
})
