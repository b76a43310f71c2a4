import { collect } from '@cloud-keypair/core'
import { createKeyPairStore } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { answer, startCloud } from './support/cloud.js'

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: Infinity,
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const
const none = { description: undefined, group: undefined }

test('a lookup sends ids and names as filters, each in its call, with wildcards escaped', async () => {
  await using cloud = await startCloud({ body: answer('DescribeKeyPairs', '<keySet/>') })
  const keyPairs = [
    { by: 'name', name: 'a*b?c\\d' },
    { by: 'id', id: 'key-1' },
    { by: 'name', name: 'e f' },
  ] as const
  const first = await cloud.driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor: undefined }, cloud.context())
  const { cursor } = first._unsafeUnwrap()
  const second = await cloud.driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor }, cloud.context())
  expect(second._unsafeUnwrap()).toEqual({ items: [] })
  const common = { Action: 'DescribeKeyPairs', Version: '2016-11-15', IncludePublicKey: 'true' }
  expect(cloud.received.map(({ form }) => form)).toEqual([
    { ...common, 'Filter.1.Name': 'key-pair-id', 'Filter.1.Value.1': 'key-1' },
    {
      ...common,
      'Filter.1.Name': 'key-name',
      'Filter.1.Value.1': String.raw`a\*b\?c\\d`,
      'Filter.1.Value.2': 'e f',
    },
  ])
})

test('a list by a prefix escapes the prefix and ends it with a wildcard', async () => {
  await using cloud = await startCloud({ body: answer('DescribeKeyPairs', '<keySet/>') })
  await cloud.driver.doDescribeKeyPairs({ ...list, namePrefix: 'a*' }, cloud.context())
  expect(cloud.received[0]?.form['Filter.1.Value.1']).toBe(String.raw`a\**`)
})

test('a list of thousands is one request, and one page', async () => {
  const ids = Array.from({ length: 6_000 }, (_, index) => `key-${index}`)
  const items = ids.map((id) => `<item><keyPairId>${id}</keyPairId><keyName>${id}</keyName></item>`).join('')
  await using cloud = await startCloud({ body: answer('DescribeKeyPairs', `<keySet>${items}</keySet>`) })
  const listed = await collect(createKeyPairStore(cloud.driver).list(), { max: ids.length })
  expect(listed._unsafeUnwrap().map(({ id }) => id)).toEqual(ids)
  expect(cloud.received).toHaveLength(1)
})

test('an import sends the line in base64, and the tags of a key pair', async () => {
  await using cloud = await startCloud({ body: '' })
  const publicKey = 'ssh-ed25519 AAAA+/=='
  await cloud.driver.doImportKeyPair({ name: 'a b', publicKey, tags: { 'k y': 'ü', z: '' }, ...none }, cloud.context())
  expect(cloud.received[0]?.form).toEqual({
    Action: 'ImportKeyPair',
    Version: '2016-11-15',
    KeyName: 'a b',
    PublicKeyMaterial: Buffer.from(publicKey).toString('base64'),
    'TagSpecification.1.ResourceType': 'key-pair',
    'TagSpecification.1.Tag.1.Key': 'k y',
    'TagSpecification.1.Tag.1.Value': 'ü',
    'TagSpecification.1.Tag.2.Key': 'z',
    'TagSpecification.1.Tag.2.Value': '',
  })
})

test('tags are set and removed by the id, without values of removed ones', async () => {
  await using cloud = await startCloud({ body: '' })
  const keyPair = { name: 'k', id: 'key-1' }
  const tags = { ['__proto__']: 'x' }
  await cloud.driver.doUpdateKeyPair({ keyPair, change: { kind: 'set-tags', tags } }, cloud.context())
  await cloud.driver.doUpdateKeyPair({ keyPair, change: { kind: 'remove-tags', keys: ['a', 'b'] } }, cloud.context())
  const common = { Version: '2016-11-15', 'ResourceId.1': 'key-1' }
  expect(cloud.received.map(({ form }) => form)).toEqual([
    { Action: 'CreateTags', ...common, 'Tag.1.Key': '__proto__', 'Tag.1.Value': 'x' },
    { Action: 'DeleteTags', ...common, 'Tag.1.Key': 'a', 'Tag.2.Key': 'b' },
  ])
})

test.each(['description', 'group'] as const)('a change of the %s is unsupported without a request', async (kind) => {
  await using cloud = await startCloud({ body: '' })
  const change = kind === 'group' ? ({ kind, group: 'g' } as const) : ({ kind, description: 'd' } as const)
  const refused = await cloud.driver.doUpdateKeyPair({ keyPair: { name: 'k', id: 'key-1' }, change }, cloud.context())
  expect(refused._unsafeUnwrapErr()).toMatchObject({ code: 'unsupported', outcome: 'none' })
  expect(cloud.received).toEqual([])
})

test('instances are read by the name of their launch, without terminated ones', async () => {
  const instance = (id: string, state: string): string =>
    `<item><instanceId>${id}</instanceId><instanceState><code>0</code><name>${state}</name></instanceState><keyName>k</keyName></item>`
  const reservations = [instance('i-1', 'running') + instance('i-2', 'pending'), instance('i-3', 'shutting-down')]
    .map((instances) => `<item><instancesSet>${instances}</instancesSet></item>`)
    .join('')
  await using cloud = await startCloud({
    body: answer('DescribeInstances', `<reservationSet>${reservations}</reservationSet><nextToken>n</nextToken>`),
  })
  const request = { kind: 'bound-to', keyPair: { name: 'k*' }, cursor: 'before' } as const
  const page = (await cloud.driver.doDescribeInstances(request, cloud.context()))._unsafeUnwrap()
  expect(page).toEqual({
    items: [
      { id: 'i-1', power: 'running', keyPair: { name: 'k' } },
      { id: 'i-2', power: 'starting', keyPair: { name: 'k' } },
      { id: 'i-3', power: 'other', keyPair: { name: 'k' } },
    ],
    cursor: 'n',
  })
  expect(cloud.received[0]?.form).toMatchObject({
    MaxResults: '100',
    NextToken: 'before',
    'Filter.1.Name': 'instance-state-name',
    'Filter.1.Value.5': 'shutting-down',
    'Filter.2.Name': 'key-name',
    'Filter.2.Value.1': String.raw`k\*`,
  })
})
