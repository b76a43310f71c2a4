import { expect, test } from 'vitest'
import { envelope, refusal, startCloud } from './support/cloud.js'

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 500,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

const instances = { kind: 'exact', instanceIds: ['i-1'], cursor: undefined } as const

test.each([
  ['an odd field', { KeyPairId: 7, FingerPrint: [], Description: {}, ProjectName: null }, { id: '7' }],
  ['dates in seconds', { CreatedAt: 1_653_017_056 }, { createdAt: new Date('2022-05-20T03:24:16Z') }],
  ['dates in milliseconds', { UpdatedAt: 1_653_017_056_000 }, { updatedAt: new Date('2022-05-20T03:24:16Z') }],
  ['odd dates', { CreatedAt: {}, UpdatedAt: 1e300 }, {}],
  [
    'an odd tag',
    { Tags: [{ Key: 'a', Value: 'b' }, { Key: 'n', Value: 7 }, { Key: 'o' }, { Key: 7 }, null, 'x', {}] },
    { tags: { a: 'b', n: '7', o: '' } },
  ],
  ['tags that are an empty object', { Tags: {} }, { tags: {} }],
  ['tags that are none', { Tags: 'x' }, {}],
])('a key pair with %s sinks no list', async (_, odd, read) => {
  const body = envelope('DescribeKeyPairs', { KeyPairs: [{ KeyPairName: 'k', ...odd }, { KeyPairName: 'l' }] })
  await using cloud = await startCloud({ body })
  const page = await cloud.driver.doDescribeKeyPairs(list, cloud.context())
  expect(page._unsafeUnwrap().items).toEqual([{ name: 'k', ...read }, { name: 'l' }])
})

test.each([
  ['absent', { NextToken: '' }],
  ['absent, with a count of none', { TotalCount: 0 }],
  ['null', { KeyPairs: null, Instances: null }],
  ['an empty object', { KeyPairs: {}, Instances: {} }],
  ['an empty text', { KeyPairs: '', Instances: '' }],
])('a list that is %s is empty', async (_, result) => {
  await using cloud = await startCloud({ body: envelope('A', result) })
  const { driver, context } = cloud
  expect((await driver.doDescribeKeyPairs(list, context()))._unsafeUnwrap()).toEqual({ items: [] })
  expect((await driver.doDescribeInstances(instances, context()))._unsafeUnwrap()).toEqual({ items: [] })
})

test('an instance without a status has the power state `other`', async () => {
  const Instances = [
    { InstanceId: 'i-1', KeyPairName: 7 },
    { InstanceId: 'i-2', Status: {} },
  ]
  await using cloud = await startCloud({ body: envelope('DescribeInstances', { Instances }) })
  const page = await cloud.driver.doDescribeInstances(instances, cloud.context())
  expect(page._unsafeUnwrap()).toEqual({
    items: [
      { id: 'i-1', power: 'other', keyPair: { name: '7' } },
      { id: 'i-2', power: 'other' },
    ],
  })
})

test('an expired page token is a failure that says to list again, without new credentials', async () => {
  for (const [code, message] of [
    ['InvalidNextToken.Expired', ''],
    ['NextTokenExpired', 'The token is expired.'],
    ['InvalidArgument', 'The specified NextToken is invalid.'],
  ]) {
    await using cloud = await startCloud({ status: 400, body: refusal(code, message) })
    const page = await cloud.driver.doDescribeKeyPairs({ ...list, cursor: 'token' }, cloud.context())
    const failure = page._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'busy', outcome: 'none', transient: false })
    expect(failure.hint).toContain('List again')
    expect(cloud.received).toHaveLength(1)
  }
})
