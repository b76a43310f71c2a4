import type { CallContext, DescribeKeyPairsRequest, KeyPairDriver } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { json, startCloud, type ProductName, type Reply } from './support/cloud.js'

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 50,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

const page = (counts: object, names: readonly string[] = []): Reply => ({
  body: json({
    PageNumber: 1,
    PageSize: 50,
    TotalCount: names.length,
    ...counts,
    KeyPairs: { KeyPair: names.map((KeyPairName) => ({ KeyPairName, KeyPairId: `ssh-${KeyPairName}` })) },
    Instances: { Instance: [] },
  }),
})

async function queryOf(
  product: ProductName,
  reply: Reply,
  call: (driver: KeyPairDriver, context: CallContext) => Promise<unknown>,
): Promise<Readonly<Record<string, string>>> {
  await using cloud = await startCloud(product, reply)
  await call(cloud.driver, cloud.context())
  expect(cloud.received).toHaveLength(1)
  const [one] = cloud.received
  expect(one?.headers['x-acs-version']).toBe(product === 'ecs' ? '2014-05-26' : '2017-11-10')
  return { Action: one?.action ?? '', ...one?.query }
}

describe('a list of ECS', () => {
  const queryOfList = (more: object) =>
    queryOf('ecs', page({}), (driver, context) => driver.doDescribeKeyPairs({ ...list, ...more }, context))

  test('is filtered only by the beginning of the name: no other filter is safe', async () => {
    const more = { namePrefix: 'ci-', md5Fingerprint: 'ab'.repeat(16), tags: { a: 'b' }, group: 'rg-1', cursor: '3' }
    expect(await queryOfList(more)).toEqual({
      Action: 'DescribeKeyPairs',
      RegionId: 'cn-hangzhou',
      IncludePublicKey: 'true',
      KeyPairName: 'ci-*',
      PageNumber: '3',
      PageSize: '50',
    })
  })

  test.each(['', '1a', 'a b', '_', 'x'.repeat(128)])(
    'is not filtered by "%s", which no name begins with',
    async (namePrefix) => {
      expect(await queryOfList({ namePrefix })).not.toHaveProperty('KeyPairName')
    },
  )
})

test('a list of ENS has no filter, and its numbers are texts', async () => {
  const request = { ...list, pageSize: 10, namePrefix: 'ci-' }
  expect(await queryOf('ens', page({}), (driver, context) => driver.doDescribeKeyPairs(request, context))).toEqual({
    Action: 'DescribeKeyPairs',
    PageNumber: '1',
    PageSize: '10',
  })
})

describe.each(['ecs', 'ens'] as const)('a page of %s', (product) => {
  const pageOf = async (reply: Reply) => {
    await using cloud = await startCloud(product, reply)
    return await cloud.driver.doDescribeKeyPairs(list, cloud.context())
  }

  test.each([
    [{ PageNumber: 1, PageSize: 2, TotalCount: 5 }, '2'],
    [{ PageNumber: '2', PageSize: '2', TotalCount: '5' }, '3'],
    [{ PageNumber: 3, PageSize: 2, TotalCount: 5 }, undefined],
    [{ PageNumber: 1, PageSize: 2, TotalCount: 2 }, undefined],
  ])('%j continues at %s', async (counts, cursor) => {
    const answered = (await pageOf(page(counts, ['a', 'b'])))._unsafeUnwrap()
    expect([answered.cursor, answered.total]).toEqual([cursor, Number(counts.TotalCount)])
  })

  test('beyond the last is empty, and ends the list', async () => {
    const answered = (await pageOf(page({ PageNumber: 3, PageSize: 50, TotalCount: 100 })))._unsafeUnwrap()
    expect(answered).toEqual({ items: [], total: 100 })
  })

  test.each([
    [{ TotalCount: 100 }, []],
    [{ TotalCount: 2 }, ['a']],
    [{ PageNumber: 2, PageSize: 2, TotalCount: 4 }, ['a']],
  ])(
    'with fewer items than its own counts %j is a failure: omitted ones would count as missing',
    async (counts, names) => {
      expect((await pageOf(page(counts, names)))._unsafeUnwrapErr()).toMatchObject({
        code: 'invalid-response',
        outcome: 'none',
      })
    },
  )

  test('has the size of the answer, not the requested one', async () => {
    const answered = (await pageOf(page({ PageSize: 2, TotalCount: 5 }, ['a', 'b'])))._unsafeUnwrap()
    expect(answered.cursor).toBe('2')
  })

  test('of nothing may have an empty text for its list', async () => {
    const empty = { PageNumber: 1, PageSize: 50, KeyPairs: '' }
    expect((await pageOf({ body: json({ ...empty, TotalCount: 0 }) }))._unsafeUnwrap()).toEqual({ items: [], total: 0 })
    const lost = await pageOf({ body: json({ ...empty, TotalCount: 1 }) })
    expect(lost._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-response', outcome: 'none' })
  })

  test('with an unreadable key pair is a failure: no key pair may be lost', async () => {
    for (const damaged of [{}, { KeyPairName: 7 }, { KeyPairName: '' }, null, 'k']) {
      const KeyPairs = { KeyPair: [{ KeyPairName: 'k' }, damaged] }
      const read = await pageOf({ body: json({ PageNumber: 1, PageSize: 50, TotalCount: 2, KeyPairs }) })
      expect(read._unsafeUnwrapErr().code).toBe('invalid-response')
    }
  })
})

describe('a look-up', () => {
  const byName = { kind: 'exact', keyPairs: [{ by: 'name', name: 'k' }], cursor: undefined } as const
  const byId = { kind: 'exact', keyPairs: [{ by: 'id', id: 'ssh-k' }], cursor: '2' } as const
  const found = page({}, ['k', 'k2', 'my-k'])

  test('by name asks for that name, by id for that id', async () => {
    const read = (product: ProductName, request: DescribeKeyPairsRequest) =>
      queryOf(product, found, (driver, context) => driver.doDescribeKeyPairs(request, context))
    expect(await read('ecs', byName)).toMatchObject({ KeyPairName: 'k', IncludePublicKey: 'true', PageNumber: '1' })
    expect(await read('ens', byName)).toEqual({
      Action: 'DescribeKeyPairs',
      KeyPairName: 'k',
      PageNumber: '1',
      PageSize: '10',
    })
    expect(await read('ens', byId)).toEqual({
      Action: 'DescribeKeyPairs',
      KeyPairId: 'ssh-k',
      PageNumber: '2',
      PageSize: '10',
    })
  })

  test('returns exactly the key pairs that it names', async () => {
    for (const product of ['ecs', 'ens'] as const) {
      await using cloud = await startCloud(product, found)
      const read = await cloud.driver.doDescribeKeyPairs(byName, cloud.context())
      expect(read._unsafeUnwrap().items.map(({ name }) => name)).toEqual(['k'])
    }
  })

  test('by a name with a wildcard is refused without a request', async () => {
    for (const product of ['ecs', 'ens'] as const) {
      await using cloud = await startCloud(product, found)
      const request = { ...byName, keyPairs: [{ by: 'name', name: 'k*' }] } as const
      const read = await cloud.driver.doDescribeKeyPairs(request, cloud.context())
      expect(read._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
      expect(cloud.received).toEqual([])
    }
  })
})

describe('the users of a key pair', () => {
  const request = { kind: 'bound-to', keyPair: { name: 'k', id: 'ssh-k' }, cursor: 'c' } as const

  test('are read by name in ECS, and from all instances in ENS', async () => {
    const read = (product: ProductName) =>
      queryOf(product, page({}), (driver, context) => driver.doDescribeInstances(request, context))
    expect(await read('ecs')).toEqual({
      Action: 'DescribeInstances',
      RegionId: 'cn-hangzhou',
      KeyPairName: 'k',
      MaxResults: '100',
      NextToken: 'c',
    })
    expect(await read('ens')).toEqual({ Action: 'DescribeInstances', PageNumber: 'c', PageSize: '100' })
  })

  test('of ECS continue by token, whatever the counts say', async () => {
    const Instances = { Instance: [{ InstanceId: 'i-1', Status: 'Pending', KeyPairName: 'k' }] }
    await using cloud = await startCloud('ecs', { body: json({ Instances, NextToken: 'next', TotalCount: 0 }) })
    expect((await cloud.driver.doDescribeInstances(request, cloud.context()))._unsafeUnwrap()).toEqual({
      items: [{ id: 'i-1', power: 'other', keyPair: { name: 'k' } }],
      cursor: 'next',
    })
  })
})

test('the states of instances, with and without a key pair', async () => {
  const states = ['Running', 'Stopped', 'Starting', 'Stopping', 'Expired']
  const Instance = states.map((Status, index) => ({ InstanceId: `i-${index}`, Status, KeyPairName: '' }))
  const body = json({ PageNumber: 1, PageSize: 100, TotalCount: 5, Instances: { Instance } })
  await using cloud = await startCloud('ens', { body })
  const request = { kind: 'exact', instanceIds: ['i-0'], cursor: undefined } as const
  const read = await cloud.driver.doDescribeInstances(request, cloud.context())
  expect(cloud.received[0]?.query).toEqual({ InstanceIds: '["i-0"]', PageNumber: '1', PageSize: '100' })
  expect(read._unsafeUnwrap().items).toEqual(
    ['running', 'stopped', 'starting', 'stopping', 'other'].map((power, index) => ({ id: `i-${index}`, power })),
  )
})

describe('power in ENS', () => {
  test.each([
    ['doStopInstances', 'StopInstance', { ForceStop: 'true' }],
    ['doStartInstances', 'StartInstance', {}],
    ['doRebootInstances', 'RebootInstance', { ForceStop: 'true' }],
  ] as const)('%s takes one instance, and answers with its verdict', async (name, Action, more) => {
    await using cloud = await startCloud('ens', { body: json({ Code: 0 }) })
    const verdicts = await cloud.driver[name]({ instanceIds: ['i-1'], force: true }, cloud.context())
    expect(cloud.received.map(({ action, query }) => ({ action, ...query }))).toEqual([
      { action: Action, InstanceId: 'i-1', ...more },
    ])
    expect(verdicts._unsafeUnwrap()).toEqual([{ id: 'i-1', ok: true }])
    expect(cloud.driver.capabilities.instances).toMatchObject({ powerChange: { items: 1 } })
  })

  test('is refused as the call is', async () => {
    const body = JSON.stringify({ Code: 'InstanceIdNotFound', Message: 'No.', RequestId: 'r' })
    await using cloud = await startCloud('ens', { status: 400, body })
    const request = { instanceIds: ['i-1'], force: false }
    const refused = await cloud.driver.doStopInstances(request, cloud.context())
    expect(refused._unsafeUnwrapErr()).toMatchObject({ code: 'not-found', outcome: 'none', scope: 'items' })
    expect(cloud.received[0]?.query).toEqual({ InstanceId: 'i-1', ForceStop: 'false' })
  })
})

describe('metadata that a cloud does not have', () => {
  test.each([
    ['ecs', { kind: 'description', description: 'x' }],
    ['ens', { kind: 'description', description: 'x' }],
    ['ens', { kind: 'set-tags', tags: { a: 'b' } }],
    ['ens', { kind: 'remove-tags', keys: ['a'] }],
    ['ens', { kind: 'group', group: 'g' }],
  ] as const)('%s refuses %j without a request', async (product, change) => {
    await using cloud = await startCloud(product, { body: json({}) })
    const updated = await cloud.driver.doUpdateKeyPair({ keyPair: { name: 'k' }, change }, cloud.context())
    expect(updated._unsafeUnwrapErr()).toMatchObject({ code: 'unsupported', outcome: 'none' })
    expect(cloud.received).toEqual([])
  })
})

test('ENS names a key pair by its id or by its name, never by both', async () => {
  const results = { body: json({ Results: [] }) }
  const attach = (keyPair: { by: 'name'; name: string } | { by: 'id'; id: string }) =>
    queryOf('ens', results, (driver, context) => driver.doAttachKeyPair({ keyPair, instanceIds: ['i-1'] }, context))
  const InstanceIds = '["i-1"]'
  expect(await attach({ by: 'id', id: 'ssh-1' })).toEqual({ Action: 'AttachKeyPair', KeyPairId: 'ssh-1', InstanceIds })
  expect(await attach({ by: 'name', name: 'k' })).toEqual({ Action: 'AttachKeyPair', KeyPairName: 'k', InstanceIds })
  const deleted = await queryOf('ens', { body: json({}) }, (driver, context) =>
    driver.doDeleteKeyPairs([{ name: 'k' }], context),
  )
  expect(deleted).toEqual({ Action: 'DeleteKeyPairs', KeyPairName: 'k' })
})
