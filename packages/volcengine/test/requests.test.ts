import type { CallContext, KeyPairDriver } from '@cloud-keypair/core/driver'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { envelope, startCloud, type Cloud } from './support/cloud.js'

const page = { NextToken: '', KeyPairs: [], Instances: [] }
const details = (...ids: readonly string[]): unknown => ({
  OperationDetails: ids.map((id) => ({ InstanceId: id, ResourceId: id, KeyPairName: id, Error: null })),
})

async function queryOf(result: unknown, call: (driver: KeyPairDriver, context: CallContext) => Promise<unknown>) {
  await using cloud: Cloud = await startCloud({ body: envelope('Any', result) })
  await call(cloud.driver, cloud.context())
  expect(cloud.received).toHaveLength(1)
  const { Version, ...query } = cloud.received[0]?.query ?? {}
  expect(Version).toBe('2020-04-01')
  return query
}

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 500,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

describe('listing', () => {
  test('sends every filter', async () => {
    const request = {
      ...list,
      cursor: 'next',
      namePrefix: 'ci-',
      md5Fingerprint: 'ab'.repeat(16),
      tags: { env: 'ci', team: 'a b' },
      group: 'project_a',
    }
    expect(await queryOf(page, (driver, context) => driver.doDescribeKeyPairs(request, context))).toEqual({
      Action: 'DescribeKeyPairs',
      KeyPairName: 'ci-',
      FingerPrint: 'ab'.repeat(16),
      'TagFilters.1.Key': 'env',
      'TagFilters.1.Values.1': 'ci',
      'TagFilters.2.Key': 'team',
      'TagFilters.2.Values.1': 'a b',
      ProjectName: 'project_a',
      MaxResults: '500',
      NextToken: 'next',
    })
  })

  test('filters by 10 tags at most, and not by a tag without a value', async () => {
    const tags = Object.fromEntries([['empty', ''], ...Array.from({ length: 12 }, (_, index) => [`k${index}`, 'v'])])
    const query = await queryOf(page, (driver, context) => driver.doDescribeKeyPairs({ ...list, tags }, context))
    expect(Object.keys(query).filter((name) => name.endsWith('.Key'))).toHaveLength(10)
    expect(Object.values(query)).not.toContain('empty')
  })

  test('the last page has no cursor, whether its token is empty, null or absent', async () => {
    for (const NextToken of ['', null, undefined]) {
      await using cloud = await startCloud({ body: envelope('DescribeKeyPairs', { KeyPairs: null, NextToken }) })
      const answered = await cloud.driver.doDescribeKeyPairs(list, cloud.context())
      expect(answered._unsafeUnwrap()).toEqual({ items: [] })
    }
  })
})

test('a read of names is continued at its cursor', async () => {
  const request = { kind: 'exact', keyPairs: [{ by: 'name', name: 'a' }], cursor: 'next' } as const
  expect(await queryOf(page, (driver, context) => driver.doDescribeKeyPairs(request, context))).toEqual({
    Action: 'DescribeKeyPairs',
    'KeyPairNames.1': 'a',
    MaxResults: '1',
    NextToken: 'next',
  })
})

test('names or ids are read in one call', async () => {
  const names = ['a', 'b'].map((name) => ({ by: 'name', name }) as const)
  const ids = ['kp-1'].map((id) => ({ by: 'id', id }) as const)
  const read = (keyPairs: readonly ({ by: 'name'; name: string } | { by: 'id'; id: string })[]) =>
    queryOf(page, (driver, context) =>
      driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor: undefined }, context),
    )
  expect(await read(names)).toEqual({
    Action: 'DescribeKeyPairs',
    'KeyPairNames.1': 'a',
    'KeyPairNames.2': 'b',
    MaxResults: '2',
  })
  expect(await read(ids)).toEqual({ Action: 'DescribeKeyPairs', 'KeyPairIds.1': 'kp-1', MaxResults: '1' })
})

test('the users of a key pair are read by its name, page by page', async () => {
  const request = { kind: 'bound-to', keyPair: { name: 'k', id: 'kp-1' }, cursor: 'next' } as const
  expect(await queryOf(page, (driver, context) => driver.doDescribeInstances(request, context))).toEqual({
    Action: 'DescribeInstances',
    KeyPairName: 'k',
    MaxResults: '100',
    NextToken: 'next',
  })
})

test('an attach by id sends only the id', async () => {
  const request = { keyPair: { by: 'id', id: 'kp-1' }, instanceIds: ['i-1'] } as const
  expect(await queryOf(details('i-1'), (driver, context) => driver.doAttachKeyPair(request, context))).toEqual({
    Action: 'AttachKeyPair',
    KeyPairId: 'kp-1',
    'InstanceIds.1': 'i-1',
    ClientToken: 'token-1',
  })
})

test.each([true, false])('power actions send their parameters, force %s', async (force) => {
  const request = { instanceIds: ['i-1', 'i-2'], force }
  const common = { 'InstanceIds.1': 'i-1', 'InstanceIds.2': 'i-2', ClientToken: 'token-1' }
  const answer = details('i-1', 'i-2')
  expect(await queryOf(answer, (driver, context) => driver.doStopInstances(request, context))).toEqual({
    Action: 'StopInstances',
    StoppedMode: 'KeepCharging',
    ForceStop: String(force),
    ...common,
  })
  expect(await queryOf(answer, (driver, context) => driver.doStartInstances(request, context))).toEqual({
    Action: 'StartInstances',
    ...common,
  })
  expect(await queryOf(answer, (driver, context) => driver.doRebootInstances(request, context))).toEqual({
    Action: 'RebootInstances',
    ForceStop: String(force),
    ...common,
  })
})

describe('updating', () => {
  const keyPair = { name: 'k', id: 'kp-1' }
  const common = { ResourceType: 'keypair', 'ResourceIds.1': 'kp-1', ClientToken: 'token-1' }

  test('an empty description is sent, and clears the description', async () => {
    const change = { kind: 'description', description: '' } as const
    const query = await queryOf({ KeyPairName: 'k' }, (driver, context) =>
      driver.doUpdateKeyPair({ keyPair, change }, context),
    )
    expect(query).toEqual({
      Action: 'ModifyKeyPairAttribute',
      KeyPairId: 'kp-1',
      Description: '',
      ClientToken: 'token-1',
    })
  })

  test('tags are set and removed by the id of the key pair', async () => {
    const set = { kind: 'set-tags', tags: { a: '1', b: '' } } as const
    const remove = { kind: 'remove-tags', keys: ['a', 'b'] } as const
    const update = (change: typeof set | typeof remove) =>
      queryOf(details('kp-1'), (driver, context) => driver.doUpdateKeyPair({ keyPair, change }, context))
    expect(await update(set)).toEqual({
      Action: 'CreateTags',
      'Tags.1.Key': 'a',
      'Tags.1.Value': '1',
      'Tags.2.Key': 'b',
      'Tags.2.Value': '',
      ...common,
    })
    expect(await update(remove)).toEqual({ Action: 'DeleteTags', 'TagKeys.1': 'a', 'TagKeys.2': 'b', ...common })
  })

  test('tags that the cloud refuses inside a 200 are a failure', async () => {
    const Error = { Code: 'InvalidTagKey.Malformed', Message: 'Bad key.' }
    await using cloud = await startCloud({
      body: envelope('CreateTags', { OperationDetails: [{ ResourceId: 'kp-1', Error }] }),
    })
    const change = { kind: 'set-tags', tags: { a: '1' } } as const
    const updated = await cloud.driver.doUpdateKeyPair({ keyPair, change }, cloud.context())
    expect(updated._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-argument', outcome: 'none', transient: false })
  })

  test('an internal error for tags inside a 200 has an unknown outcome', async () => {
    const Error = { Code: 'InternalError', Message: 'Service has some internal Error.' }
    await using cloud = await startCloud({
      body: envelope('CreateTags', { OperationDetails: [{ ResourceId: 'kp-1', Error }] }),
    })
    const change = { kind: 'set-tags', tags: { a: '1' } } as const
    const updated = await cloud.driver.doUpdateKeyPair({ keyPair, change }, cloud.context())
    expect(updated._unsafeUnwrapErr()).toMatchObject({ code: 'unavailable', outcome: 'unknown', transient: true })
  })

  test('an answer about another key pair does not count', async () => {
    await using cloud = await startCloud({ body: envelope('CreateTags', details('kp-2')) })
    const change = { kind: 'set-tags', tags: { a: '1' } } as const
    const updated = await cloud.driver.doUpdateKeyPair({ keyPair, change }, cloud.context())
    expect(updated._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-response', outcome: 'unknown', transient: true })
  })

  test('moving to another project is refused without a request', async () => {
    await using cloud = await startCloud({ body: '' })
    const change = { kind: 'group', group: 'p' } as const
    const updated = await cloud.driver.doUpdateKeyPair({ keyPair, change }, cloud.context())
    expect(updated._unsafeUnwrapErr()).toMatchObject({ code: 'unsupported', outcome: 'none' })
    expect(cloud.received).toEqual([])
  })
})

describe('the length of a URL', () => {
  test('bytesOf is at least the bytes that an item adds, and not much more', async () => {
    await using cloud = await startCloud({ body: envelope('Any', details()) })
    const { driver } = cloud
    const urlOf = async (names: readonly string[]): Promise<number> => {
      await driver.doDeleteKeyPairs(
        names.map((name) => ({ name })),
        cloud.context(),
      )
      return cloud.received.at(-1)?.url.length ?? 0
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (name) => {
        const added = (await urlOf(['first', name])) - (await urlOf(['first']))
        expect(driver.bytesOf('delete', name)).toBe(added + '00'.length)
      }),
      { numRuns: 50 },
    )
  })

  test('stays under 8 KB for every call within the limits, for any names', async () => {
    await using cloud = await startCloud({ body: envelope('Any', details()) })
    const { driver } = cloud
    const { capabilities } = driver
    const host = 'h'.repeat(100)
    for (const letter of ['a', '密', '😀']) {
      const name = letter.repeat(64)
      const fits = (bytes: number, weight: number): number => Math.min(100, Math.floor(bytes / weight))
      const deletes = fits(capabilities.delete.bytes ?? 0, driver.bytesOf('delete', name))
      const context = cloud.context({ token: '~'.repeat(64) })
      await driver.doDeleteKeyPairs(
        Array.from({ length: deletes }, () => ({ name })),
        context,
      )
      const instanceId = `i-${'x'.repeat(60)}`
      const bytes = capabilities.instances === false ? 0 : (capabilities.instances.change.bytes ?? 0)
      const instanceIds = Array.from({ length: fits(bytes, driver.bytesOf('attach', instanceId)) }, () => instanceId)
      await driver.doAttachKeyPair({ keyPair: { by: 'name', name }, instanceIds }, context)
    }
    for (const { url } of cloud.received) expect(`https://${host}${url}`.length).toBeLessThan(8192)
    expect(cloud.received.some(({ url }) => url.length > 6500)).toBe(true)
  })

  test('bytesOf accepts a text that is not well-formed', async () => {
    await using cloud = await startCloud({ body: '' })
    expect(cloud.driver.bytesOf('lookup', '\ud800')).toBe('&KeyPairNames.100=%EF%BF%BD'.length)
  })
})
