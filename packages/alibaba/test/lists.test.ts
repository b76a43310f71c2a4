import { collect, type KeyPair } from '@cloud-keypair/core'
import { createKeyPairService, type InstanceRecord } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { json, refusal, startCloud, type Cloud, type Reply } from './support/cloud.js'

const products = ['ecs', 'ens'] as const

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 50,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

async function itemsOf({ driver, context }: Cloud): Promise<readonly (readonly (KeyPair | InstanceRecord)[])[]> {
  const keyPairs = (await driver.doDescribeKeyPairs(list, context()))._unsafeUnwrap()
  const request = { kind: 'exact', instanceIds: ['i-1'], cursor: undefined } as const
  const instances = (await driver.doDescribeInstances(request, context()))._unsafeUnwrap()
  return [keyPairs.items, instances.items]
}

describe.each(products)('a list of %s', (product) => {
  const counts = (TotalCount: number, PageNumber = 1) => ({ PageNumber, PageSize: 50, TotalCount })
  const keyPairs = (entries: readonly unknown[], total = entries.length) =>
    json({ ...counts(total), KeyPairs: { KeyPair: entries } })

  test.each([
    ['an odd fingerprint', { KeyPairFingerPrint: [] }, {}],
    ['a date in seconds', { CreationTime: 1_653_017_056 }, { createdAt: new Date('2022-05-20T03:24:16Z') }],
    ['a date in milliseconds', { CreationTime: 1_653_017_056_000 }, { createdAt: new Date('2022-05-20T03:24:16Z') }],
    ['an odd date', { CreationTime: { a: 1 } }, {}],
  ])('is not sunk by a key pair with %s', async (_, odd, read) => {
    await using cloud = await startCloud(product, {
      body: keyPairs([{ KeyPairName: 'k', ...odd }, { KeyPairName: 'l' }]),
    })
    const page = (await cloud.driver.doDescribeKeyPairs(list, cloud.context()))._unsafeUnwrap()
    expect(page.items).toEqual([{ name: 'k', ...read }, { name: 'l' }])
  })

  test.each([
    ['absent', {}],
    ['null', { KeyPairs: null, Instances: null }],
    ['an empty object', { KeyPairs: {}, Instances: {} }],
    ['null in its object', { KeyPairs: { KeyPair: null }, Instances: { Instance: null } }],
    ['an empty text', { KeyPairs: '', Instances: '' }],
  ])('is empty if its value is %s', async (_, lists) => {
    await using cloud = await startCloud(product, { body: json({ ...counts(0), NextToken: '', ...lists }) })
    expect(await itemsOf(cloud)).toEqual([[], []])
  })

  test('has an instance without a status in the power state `other`', async () => {
    const Instance = [{ InstanceId: 'i-1', KeyPairName: [] }]
    await using cloud = await startCloud(product, { body: json({ ...counts(1), Instances: { Instance } }) })
    const request = { kind: 'bound', cursor: undefined } as const
    const page = (await cloud.driver.doDescribeInstances(request, cloud.context()))._unsafeUnwrap()
    expect(page.items).toEqual([{ id: 'i-1', power: 'other' }])
  })

  test('is read once more if its total is off by one, as during a delete', async () => {
    await using cloud = await startCloud(product, [
      { body: keyPairs([{ KeyPairName: 'k' }], 2) },
      { body: keyPairs([{ KeyPairName: 'k' }], 1) },
    ])
    const service = createKeyPairService(cloud.driver, { testing: { random: () => 0 } })
    const listed = (await collect(service.list(), { max: 10 }))._unsafeUnwrap()
    expect(listed.map(({ name }) => name)).toEqual(['k'])
    expect(cloud.received).toHaveLength(2)
  })

  test('is read again if somebody deletes between two of its pages', async () => {
    const names = Array.from({ length: 51 }, (_, index) => ({ KeyPairName: `k-${index}` }))
    const page = (entries: readonly object[], total: number, number: number): Reply => ({
      body: json({ ...counts(total, number), KeyPairs: { KeyPair: entries } }),
    })
    // The first is deleted after the first page: the last one moves to that page.
    const left = names.slice(1)
    await using cloud = await startCloud(product, [
      page(names.slice(0, 50), 51, 1),
      page([], 51, 2),
      page([], 50, 2),
      page(left, 50, 1),
    ])
    const service = createKeyPairService(cloud.driver, { testing: { random: () => 0 } })
    const listed = (await collect(service.list(), { max: 100 }))._unsafeUnwrap()
    expect(listed.map(({ name }) => name)).toContain('k-50')
  })

  test('names the pages after the next one, as many as are read at once', async () => {
    const aheadOf = async (total: number, number: number) => {
      const KeyPair = Array.from({ length: Math.min(50, total - (number - 1) * 50) }, () => ({ KeyPairName: 'k' }))
      const body = json({ ...counts(total, number), KeyPairs: { KeyPair } })
      await using cloud = await startCloud(product, { body })
      const { cursor, ahead } = (
        await cloud.driver.doDescribeKeyPairs({ ...list, cursor: String(number) }, cloud.context())
      )._unsafeUnwrap()
      return [cursor, ahead]
    }
    expect(await aheadOf(50, 1)).toEqual([undefined, undefined])
    expect(await aheadOf(51, 1)).toEqual(['2', []])
    expect(await aheadOf(151, 1)).toEqual(['2', ['3', '4']])
    expect(await aheadOf(1000, 7)).toEqual(['8', ['9', '10', '11']])
    expect(await aheadOf(1000, 18)).toEqual(['19', ['20']])
  })

  test('with an expired page token says to list again, without new credentials', async () => {
    for (const [code, message] of [
      ['InvalidNextToken.Expired', ''],
      ['InvalidParameter.NextToken', ''],
      ['InvalidParameter', 'The specified NextToken is invalid.'],
    ]) {
      await using cloud = await startCloud(product, { status: 400, body: refusal(code, message) })
      const request = { kind: 'bound', cursor: 'token' } as const
      const failure = (await cloud.driver.doDescribeInstances(request, cloud.context()))._unsafeUnwrapErr()
      expect(failure).toMatchObject({ code: 'busy', outcome: 'none', transient: false })
      expect(failure.hint).toContain('List again')
      expect(cloud.received).toHaveLength(1)
    }
  })
})

test('a list of ecs survives an odd tag', async () => {
  const Tag = [{ TagKey: 'a', TagValue: 'b' }, { TagKey: 'n', TagValue: 7 }, { TagKey: 'o' }, { TagKey: 7 }, null, 'x']
  const tagsOf = async (Tags: unknown) => {
    const answer = { PageNumber: 1, PageSize: 50, TotalCount: 1, KeyPairs: { KeyPair: [{ KeyPairName: 'k', Tags }] } }
    await using cloud = await startCloud('ecs', { body: json(answer) })
    return (await cloud.driver.doDescribeKeyPairs(list, cloud.context()))._unsafeUnwrap().items[0]?.tags
  }
  expect(await tagsOf({ Tag })).toEqual({ a: 'b', n: '7', o: '' })
  expect(await tagsOf({})).toEqual({})
  expect(await tagsOf('')).toEqual({})
  expect(await tagsOf({ Tag: 'x' })).toBeUndefined()
  expect(await tagsOf(7)).toBeUndefined()
})
