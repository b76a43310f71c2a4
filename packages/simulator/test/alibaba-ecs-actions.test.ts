import { createPrivateKey } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startAlibabaEcsSimulator, type AlibabaEcsSimulator } from '../src/index.js'
import { coreCall, ecs, ecsClient, thrown, type Call } from './alibaba-clients.js'
import { at, virtualClock, type VirtualClock } from './clients.js'
import { simulatedKeyPair } from '../../../tests/support/rsa-keys.js'

const regionId = 'cn-hangzhou'
let clock: VirtualClock
let simulator: AlibabaEcsSimulator
let client: ReturnType<typeof ecsClient>
let call: Call

beforeEach(async () => {
  clock = virtualClock(Date.parse('2023-09-04T08:33:20Z'))
  simulator = await startAlibabaEcsSimulator({ clock, generateKeyPair: simulatedKeyPair })
  client = ecsClient(simulator)
  const generic = coreCall(simulator)
  call = (action, parameters) => generic(action, { RegionId: regionId, ...parameters })
})
afterEach(() => simulator.close())

const json = (values: readonly string[]): string => JSON.stringify(values)
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `i-${index}`)

async function refusal(action: string, parameters: Record<string, unknown>): Promise<unknown> {
  const { status, body } = await call(action, parameters)
  return status === 200 ? 200 : [status, at(body, 'Code')]
}

function instance(id: string): { bound: string | null; authorized: readonly string[]; status: string } | undefined {
  return simulator.world.snapshot().instances.find((found) => found.id === id)
}

describe('making key pairs', () => {
  it('creates a key pair that works, and imports its public key under another name', async () => {
    const tag = [new ecs.CreateKeyPairRequestTag({ key: 'env', value: 'ci' })]
    const request = { regionId, keyPairName: 'made', tag, resourceGroupId: 'rg-1' }
    const { body } = await client.createKeyPair(new ecs.CreateKeyPairRequest(request))
    expect(createPrivateKey(String(body?.privateKeyBody)).asymmetricKeyDetails?.modulusLength).toBe(2048)
    const [stored] = simulator.world.snapshot().keyPairs
    expect(stored).toMatchObject({
      id: body?.keyPairId,
      name: 'made',
      fingerprint: body?.keyPairFingerPrint,
      resourceGroupId: 'rg-1',
      tags: { env: 'ci' },
    })
    const publicKeyBody = stored?.publicKey ?? ''
    const again = new ecs.ImportKeyPairRequest({ regionId, keyPairName: '密钥.2', publicKeyBody })
    const imported = await client.importKeyPair(again)
    expect(imported.body?.keyPairFingerPrint).toBe(body?.keyPairFingerPrint)
    expect(simulator.world.snapshot().keyPairs).toHaveLength(2)
  })

  it.each<[string, string, Record<string, unknown>, unknown]>([
    ['no region', 'CreateKeyPair', { RegionId: '', KeyPairName: 'kk' }, [400, 'MissingParameter']],
    ['another region', 'CreateKeyPair', { RegionId: 'cn-x', KeyPairName: 'kk' }, [404, 'InvalidRegionId.NotFound']],
    ['no name', 'CreateKeyPair', {}, [400, 'MissingParameter']],
    ['a name of one character', 'CreateKeyPair', { KeyPairName: 'k' }, [400, 'InvalidKeyPairName.Malformed']],
    ['a name with a full stop', 'CreateKeyPair', { KeyPairName: 'a.b' }, [400, 'InvalidKeyPairName.Malformed']],
    ['a name that begins with a digit', 'CreateKeyPair', { KeyPairName: '1a' }, [400, 'InvalidKeyPairName.Malformed']],
    ['a URL', 'CreateKeyPair', { KeyPairName: 'http://a' }, [400, 'InvalidKeyPairName.Malformed']],
    ['a long name', 'CreateKeyPair', { KeyPairName: 'k'.repeat(129) }, [400, 'InvalidKeyPairName.Malformed']],
    ['a taken name', 'CreateKeyPair', { KeyPairName: 'taken' }, [400, 'KeyPair.AlreadyExist']],
    [
      'an unknown group',
      'CreateKeyPair',
      { KeyPairName: 'kk', ResourceGroupId: 'x' },
      [404, 'InvalidResourceGroup.NotFound'],
    ],
    [
      'a tag twice',
      'CreateKeyPair',
      { KeyPairName: 'kk', Tag: [{ Key: 'a' }, { Key: 'a' }] },
      [400, 'Duplicate.TagKey'],
    ],
    [
      'a reserved tag',
      'CreateKeyPair',
      { KeyPairName: 'kk', Tag: [{ Key: 'acs:a' }] },
      [400, 'InvalidTagKey.Malformed'],
    ],
    [
      'a long tag',
      'CreateKeyPair',
      { KeyPairName: 'kk', Tag: [{ Key: 'a', Value: 'v'.repeat(129) }] },
      [400, 'InvalidTagValue.Malformed'],
    ],
    [
      'many tags',
      'CreateKeyPair',
      { KeyPairName: 'kk', Tag: ids(21).map((Key) => ({ Key })) },
      [403, 'QuotaExceed.Tags'],
    ],
    ['no public key', 'ImportKeyPair', { KeyPairName: 'kk' }, [400, 'MissingParameter']],
    [
      'a public key that is none',
      'ImportKeyPair',
      { KeyPairName: 'kk', PublicKeyBody: 'ssh-rsa AAAA' },
      [400, 'InvalidPublicKeyBody.Malformed'],
    ],
    [
      'an ed25519 key',
      'ImportKeyPair',
      {
        KeyPairName: 'kk',
        PublicKeyBody: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9zXk2Q1wq0m7j4b6o0m1m2m3m4m5m6m7m8m9m0n1n2',
      },
      [400, 'InvalidPublicKeyBody.Malformed'],
    ],
    ['a parameter that is not known', 'CreateKeyPair', { KeyPairName: 'kk', Nmae: 'x' }, [400, 'InvalidParameter']],
  ])('refuses %s', async (_, action, parameters, expected) => {
    simulator.world.seedKeyPair({ name: 'taken' })
    expect(await refusal(action, parameters)).toEqual(expected)
    expect(simulator.world.snapshot().keyPairs).toHaveLength(1)
  })

  it('refuses more than 500 key pairs in a region', async () => {
    for (const name of ids(500)) simulator.world.seedKeyPair({ name })
    expect(await refusal('CreateKeyPair', { KeyPairName: 'one-more' })).toEqual([403, 'QuotaExceed.KeyPair'])
  })
})

describe('listing key pairs', () => {
  beforeEach(() => {
    for (const [index, name] of ['ci-1', 'ci-2', 'dev-1'].entries()) {
      simulator.world.seedKeyPair({
        name,
        tags: { env: index < 2 ? 'ci' : 'dev', own: '' },
        group: index === 0 ? 'rg-1' : '',
      })
    }
  })
  const names = async (parameters: Record<string, unknown>): Promise<unknown> => {
    const { body } = await call('DescribeKeyPairs', parameters)
    const found = at(body, 'KeyPairs', 'KeyPair')
    return Array.isArray(found) ? found.map((keyPair) => at(keyPair, 'KeyPairName')) : body
  }

  it.each<[Record<string, unknown>, unknown]>([
    [{}, ['ci-1', 'ci-2', 'dev-1']],
    [{ KeyPairName: 'ci-1' }, ['ci-1']],
    [{ KeyPairName: 'ci' }, []],
    [{ KeyPairName: 'ci*' }, ['ci-1', 'ci-2']],
    [{ KeyPairName: '*-1' }, ['ci-1', 'dev-1']],
    [{ KeyPairName: 'c.-1' }, []],
    [{ ResourceGroupId: 'rg-1' }, ['ci-1']],
    [{ Tag: [{ Key: 'env', Value: 'ci' }] }, ['ci-1', 'ci-2']],
    [{ Tag: [{ Key: 'env', Value: 'ci' }, { Key: 'own' }] }, ['ci-1', 'ci-2']],
    [{ Tag: [{ Key: 'none' }] }, []],
    [{ PageSize: 2 }, ['ci-1', 'ci-2']],
    [{ PageSize: 2, PageNumber: 2 }, ['dev-1']],
    [{ PageSize: 2, PageNumber: 3 }, []],
  ])('%o', async (parameters, expected) => {
    expect(await names(parameters)).toEqual(expected)
  })

  it('finds by fingerprint, and shows the public key if asked', async () => {
    const [first] = simulator.world.snapshot().keyPairs
    const request = { regionId, keyPairFingerPrint: first?.fingerprint ?? '', includePublicKey: true }
    const { body } = await client.describeKeyPairs(new ecs.DescribeKeyPairsRequest(request))
    expect(body?.keyPairs?.keyPair).toHaveLength(1)
    expect(body?.keyPairs?.keyPair?.[0]?.publicKey).toBe(first?.publicKey)
    expect(at((await call('DescribeKeyPairs')).body, 'KeyPairs', 'KeyPair', 0, 'PublicKey')).toBeUndefined()
  })

  it.each([{ PageSize: 51 }, { PageSize: 0 }, { PageNumber: 0 }, { PageNumber: 'x' }])('refuses %o', async (page) => {
    const [name = ''] = Object.keys(page)
    expect(await refusal('DescribeKeyPairs', page)).toEqual([400, `InvalidParameter.${name}`])
  })
})

describe('deleting key pairs', () => {
  beforeEach(() => {
    for (const name of ['free', 'used']) simulator.world.seedKeyPair({ name })
    simulator.world.seedInstances([{ id: 'i-1', keyPair: 'used' }])
  })

  it('has one verdict for all names', async () => {
    const remove = (names: readonly string[]): Promise<unknown> =>
      thrown(client.deleteKeyPairs(new ecs.DeleteKeyPairsRequest({ regionId, keyPairNames: json(names) })))
    const inUse = ['ClientError', 'InvalidParameter.KeypairAlreadyAttachedInstance', 400]
    expect(await remove(['free', 'used'])).toEqual(inUse)
    expect(simulator.world.snapshot().keyPairs).toHaveLength(2)
    expect(await remove(['free'])).toMatchObject({ statusCode: 200 })
    expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['used'])
  })

  it.each<[unknown, unknown]>([
    [undefined, [400, 'MissingParameter']],
    ['free', [400, 'InvalidKeyPairNames.ValueNotSupported']],
    ['[]', [400, 'InvalidKeyPairNames.ValueNotSupported']],
    ['[1]', [400, 'InvalidKeyPairNames.ValueNotSupported']],
    [json(ids(101)), [403, 'InstanceKeyPairLimitExceeded']],
    [json(ids(100)), 200],
  ])('answers to %s', async (KeyPairNames, expected) => {
    expect(await refusal('DeleteKeyPairs', { KeyPairNames })).toEqual(expected)
  })
})

describe('attaching and detaching', () => {
  beforeEach(() => {
    for (const name of ['key-a', 'key-b']) simulator.world.seedKeyPair({ name })
    simulator.world.seedInstances([
      { id: 'i-run' },
      { id: 'i-stop', status: 'Stopped' },
      { id: 'i-a', keyPair: 'key-a' },
      { id: 'i-win', osType: 'Windows' },
      { id: 'i-busy', status: 'Starting' },
      { id: 'i-denied', denied: true },
    ])
  })

  it('succeeds in part: HTTP 200, and a verdict for each', async () => {
    const given = ['i-run', 'i-win', 'i-stop', 'i-busy', 'i-none', 'i-denied', 'i-a', 'i-run']
    const request = new ecs.AttachKeyPairRequest({ regionId, keyPairName: 'key-b', instanceIds: json(given) })
    const { body } = await client.attachKeyPair(request)
    expect([body?.totalCount, body?.failCount, body?.keyPairName]).toEqual(['8', '4', 'key-b'])
    expect(body?.results?.result?.map(({ instanceId, code, success }) => [instanceId, code, success])).toEqual([
      ['i-run', '200', 'true'],
      ['i-win', 'DependencyViolation.WindowsInstance', 'false'],
      ['i-stop', '200', 'true'],
      ['i-busy', 'IncorrectInstanceStatus', 'false'],
      ['i-none', 'InvalidInstanceId.NotFound', 'false'],
      ['i-denied', 'Forbidden.RAM', 'false'],
      ['i-a', '200', 'true'],
      ['i-run', '200', 'true'],
    ])
    expect(['i-run', 'i-win', 'i-stop', 'i-busy', 'i-denied', 'i-a'].map((id) => instance(id)?.bound)).toEqual([
      'key-b',
      null,
      'key-b',
      null,
      null,
      'key-b',
    ])
  })

  it.each(['RebootInstances', 'StopInstances'])('reaches the guest with a restart, by %s', async (action) => {
    const [a, b] = simulator.world.snapshot().keyPairs.map(({ id }) => id)
    await call('AttachKeyPair', { KeyPairName: 'key-b', InstanceIds: json(['i-a']) })
    expect(instance('i-a')).toMatchObject({ bound: 'key-b', authorized: [a] })
    await call(action, { InstanceId: ['i-a'] })
    clock.advance(20_000)
    if (action === 'StopInstances') {
      expect(instance('i-a')).toMatchObject({ status: 'Stopped', authorized: [a] })
      await call('StartInstances', { InstanceId: ['i-a'] })
      clock.advance(20_000)
    }
    expect(instance('i-a')).toMatchObject({ status: 'Running', bound: 'key-b', authorized: [b] })
    const request = { regionId, keyPairName: 'key-b', instanceIds: json(['i-a']) }
    const { body } = await client.detachKeyPair(new ecs.DetachKeyPairRequest(request))
    expect([body?.failCount, body?.results?.result?.[0]?.success]).toEqual(['0', 'true'])
    expect(instance('i-a')).toMatchObject({ bound: null, authorized: [b] })
    await call('RebootInstances', { InstanceId: ['i-a'] })
    simulator.world.settle()
    expect(instance('i-a')).toMatchObject({ bound: null, authorized: [] })
  })

  it.each<[string, Record<string, unknown>, unknown]>([
    ['an unknown key pair', { KeyPairName: 'none' }, [400, 'InvalidKeyPairName.NotFound']],
    ['no key pair', { KeyPairName: '' }, [400, 'MissingParameter']],
    ['no instances', { InstanceIds: null }, [400, 'MissingParameter']],
    ['an empty list', { InstanceIds: '[]' }, [400, 'InvalidInstanceIds.ValueNotSupported']],
    ['a list with commas', { InstanceIds: 'i-run,i-stop' }, [400, 'InvalidInstanceIds.ValueNotSupported']],
    ['a numbered list', { InstanceIds: ['i-run'] }, [400, 'MissingParameter']],
    ['51 instances', { InstanceIds: json(ids(51)) }, [403, 'InstanceKeyPairLimitExceeded']],
    ['an id in place of a name', { KeyPairId: 'ssh-1' }, [400, 'InvalidParameter']],
  ])('refuses %s as a whole', async (_, parameters, expected) => {
    for (const action of ['AttachKeyPair', 'DetachKeyPair']) {
      const given = { KeyPairName: 'key-b', InstanceIds: json(['i-run']), ...parameters }
      expect(await refusal(action, given)).toEqual(expected)
    }
    expect(instance('i-run')?.bound).toBeNull()
  })

  it('accepts 50 instances', async () => {
    simulator.world.seedInstances(ids(50).map((id) => ({ id })))
    const { body } = await call('AttachKeyPair', { KeyPairName: 'key-b', InstanceIds: json(ids(50)) })
    expect(at(body, 'FailCount')).toBe(0)
  })
})

describe('tags and groups', () => {
  beforeEach(() => {
    for (const name of ['key-a', 'key-b']) simulator.world.seedKeyPair({ name, tags: { old: name } })
  })
  const resource = { regionId, resourceType: 'keypair' }

  it('tags, lists and untags, by name', async () => {
    const tag = [new ecs.TagResourcesRequestTag({ key: 'new', value: '1' })]
    await client.tagResources(new ecs.TagResourcesRequest({ ...resource, resourceId: ['key-a', 'key-b'], tag }))
    const list = new ecs.ListTagResourcesRequest({ ...resource, resourceId: ['key-a'] })
    const listed = await client.listTagResources(list)
    expect(listed.body?.tagResources?.tagResource).toEqual([
      { resourceId: 'key-a', resourceType: 'keypair', tagKey: 'old', tagValue: 'key-a' },
      { resourceId: 'key-a', resourceType: 'keypair', tagKey: 'new', tagValue: '1' },
    ])
    const untag = { ...resource, resourceId: ['key-a'], tagKey: ['old'] }
    await client.untagResources(new ecs.UntagResourcesRequest(untag))
    await client.untagResources(new ecs.UntagResourcesRequest({ ...resource, resourceId: ['key-b'], all: true }))
    expect(simulator.world.snapshot().keyPairs.map(({ tags }) => tags)).toEqual([{ new: '1' }, {}])
  })

  it('lists tags in pages', async () => {
    const many = Object.fromEntries(ids(20).map((key) => [key, '']))
    for (const name of ids(4)) simulator.world.seedKeyPair({ name: `k${name}`, tags: many })
    const listed: unknown[] = []
    for (let token: unknown = null, pages = 0; token !== '' && pages < 5; pages += 1) {
      const { body } = await call('ListTagResources', {
        ResourceType: 'keypair',
        ResourceId: ids(4).map((id) => `k${id}`),
        NextToken: token,
      })
      const entries = at(body, 'TagResources', 'TagResource')
      if (Array.isArray(entries)) listed.push(...entries)
      token = at(body, 'NextToken')
    }
    expect(listed).toHaveLength(80)
  })

  it('moves to another group, with or without its region', async () => {
    const move = { resourceType: 'keypair', resourceId: 'key-a', resourceGroupId: 'rg-2' }
    await client.joinResourceGroup(new ecs.JoinResourceGroupRequest(move))
    expect(simulator.world.snapshot().keyPairs.map(({ resourceGroupId }) => resourceGroupId)).toEqual(['rg-2', ''])
    await client.joinResourceGroup(new ecs.JoinResourceGroupRequest({ ...move, regionId, resourceId: 'key-b' }))
    expect(simulator.world.snapshot().keyPairs.map(({ resourceGroupId }) => resourceGroupId)).toEqual(['rg-2', 'rg-2'])
  })

  const keypair = { ResourceType: 'keypair' }
  it.each<[string, Record<string, unknown>, unknown]>([
    ['TagResources', { ...keypair, ResourceId: ['none'], Tag: [{ Key: 'a' }] }, [404, 'InvalidResourceId.NotFound']],
    [
      'TagResources',
      { ResourceType: 'x', ResourceId: ['key-a'], Tag: [{ Key: 'a' }] },
      [404, 'InvalidResourceType.NotFound'],
    ],
    ['TagResources', { ...keypair, ResourceId: ['key-a'] }, [400, 'MissingParameter']],
    ['TagResources', { ...keypair, Tag: [{ Key: 'a' }] }, [400, 'MissingParameter']],
    ['TagResources', { ...keypair, ResourceId: ids(51), Tag: [{ Key: 'a' }] }, [400, 'NumberExceed.ResourceIds']],
    [
      'TagResources',
      { ...keypair, ResourceId: ['key-a'], Tag: ids(20).map((Key) => ({ Key })) },
      [403, 'QuotaExceed.Tags'],
    ],
    ['UntagResources', { ...keypair, ResourceId: ['key-a'] }, [400, 'MissingParameter']],
    ['ListTagResources', { ...keypair }, [400, 'MissingParameter']],
    ['ListTagResources', { ...keypair, ResourceId: ['key-a'], NextToken: 'x' }, [400, 'InvalidParameter.NextToken']],
    ['ListTagResources', { ...keypair, Tag: [{ Key: 'constructor' }] }, 200],
    ['ListTagResources', { ResourceId: ['key-a'] }, [400, 'MissingParameter']],
    [
      'JoinResourceGroup',
      { ...keypair, ResourceId: 'none', ResourceGroupId: 'rg-1' },
      [404, 'InvalidResourceId.NotFound'],
    ],
    ['JoinResourceGroup', { ...keypair, ResourceId: 'key-a' }, [400, 'MissingParameter']],
    [
      'JoinResourceGroup',
      { ...keypair, ResourceId: 'key-a', ResourceGroupId: 'x' },
      [404, 'InvalidResourceGroup.NotFound'],
    ],
  ])('refuses %s of %o', async (action, parameters, expected) => {
    expect(await refusal(action, parameters)).toEqual(expected)
  })
})

describe('instances', () => {
  beforeEach(() => {
    simulator.world.seedKeyPair({ name: 'key' })
    simulator.world.seedInstances(ids(25).map((id, index) => ({ id, ...(index % 2 === 0 ? { keyPair: 'key' } : {}) })))
    simulator.world.seedInstances([{ id: 'i-off', status: 'Stopped' }])
  })

  it('are found by key pair, page by page with a token', async () => {
    const found: unknown[] = []
    for (let nextToken: string | undefined, pages = 0; nextToken !== '' && pages < 5; pages += 1) {
      const request = { regionId, keyPairName: 'key', maxResults: 1, ...(nextToken === undefined ? {} : { nextToken }) }
      const { body } = await client.describeInstances(new ecs.DescribeInstancesRequest(request))
      found.push(...(body?.instances?.instance ?? []).map(({ instanceId }) => instanceId))
      nextToken = body?.nextToken
    }
    expect(found).toEqual(ids(25).filter((_, index) => index % 2 === 0))
    expect(simulator.calls).toHaveLength(2)
  })

  it('are found by id and status, and lack KeyPairName without a key pair', async () => {
    const { body } = await call('DescribeInstances', { InstanceIds: json(['i-0', 'i-1', 'i-none']) })
    expect(at(body, 'Instances', 'Instance', 0, 'KeyPairName')).toBe('key')
    expect(at(body, 'Instances', 'Instance', 1)).not.toHaveProperty('KeyPairName')
    expect(at(body, 'TotalCount')).toBe(2)
    const stopped = await call('DescribeInstances', { Status: 'Stopped' })
    expect(at(stopped.body, 'TotalCount')).toBe(1)
    const second = await call('DescribeInstances', { PageNumber: 2, PageSize: 20 })
    expect(at(second.body, 'Instances', 'Instance')).toHaveLength(6)
    expect(await refusal('DescribeInstances', { InstanceIds: 'i-0' })).toEqual([
      400,
      'InvalidInstanceIds.ValueNotSupported',
    ])
    expect(await refusal('DescribeInstances', { NextToken: 'x' })).toEqual([400, 'InvalidParameter.NextToken'])
    expect(await refusal('DescribeInstances', { MaxResults: 'x' })).toEqual([400, 'InvalidParameter.MaxResults'])
  })

  it('show their status, 50 to a page', async () => {
    const request = new ecs.DescribeInstanceStatusRequest({ regionId, instanceId: ['i-off', 'i-0'], pageSize: 50 })
    const { body } = await client.describeInstanceStatus(request)
    expect(body?.instanceStatuses?.instanceStatus).toEqual([
      { instanceId: 'i-0', status: 'Running' },
      { instanceId: 'i-off', status: 'Stopped' },
    ])
    expect(await refusal('DescribeInstanceStatus', { PageSize: 51 })).toEqual([400, 'InvalidParameter.PageSize'])
    const many = { InstanceId: ids(101) }
    expect(await refusal('DescribeInstanceStatus', many)).toEqual([403, 'InvalidParameter.TooManyInstanceIds'])
  })
})

describe('power', () => {
  beforeEach(() =>
    simulator.world.seedInstances([
      { id: 'i-1' },
      { id: 'i-off', status: 'Stopped' },
      { id: 'i-no-stock', status: 'Stopped', stock: false },
      { id: 'i-hangs', stopHangs: true },
      { id: 'i-denied', denied: true },
    ]),
  )
  const status = (id: string): string | undefined => instance(id)?.status

  it('takes its time', async () => {
    const stopping = { regionId, instanceId: ['i-1'], stoppedMode: 'StopCharging' }
    const { body } = await client.stopInstances(new ecs.StopInstancesRequest(stopping))
    expect(body?.instanceResponses?.instanceResponse).toEqual([
      { instanceId: 'i-1', code: '200', message: 'success', previousStatus: 'Running', currentStatus: 'Stopping' },
    ])
    clock.advance(19_999)
    expect(status('i-1')).toBe('Stopping')
    clock.advance(1)
    expect(simulator.world.snapshot().instances[0]).toMatchObject({ status: 'Stopped', stoppedMode: 'StopCharging' })
    await client.startInstances(new ecs.StartInstancesRequest({ regionId, instanceId: ['i-1'] }))
    expect(status('i-1')).toBe('Starting')
    simulator.world.settle()
    expect(simulator.world.snapshot().instances[0]).toMatchObject({ status: 'Running', stoppedMode: null })
    await client.rebootInstances(new ecs.RebootInstancesRequest({ regionId, instanceId: ['i-1'] }))
    expect(status('i-1')).toBe('Starting')
  })

  it('does all or nothing, unless asked for what succeeds', async () => {
    const both = { InstanceId: ['i-1', 'i-off'] }
    expect(await refusal('StopInstances', both)).toEqual([403, 'IncorrectInstanceStatus'])
    expect(status('i-1')).toBe('Running')
    const { body } = await call('StopInstances', { ...both, BatchOptimization: 'SuccessFirst' })
    const codes = [0, 1].map((index) => at(body, 'InstanceResponses', 'InstanceResponse', index, 'Code'))
    expect(codes).toEqual([200, 'IncorrectInstanceStatus'])
    expect(status('i-1')).toBe('Stopping')
  })

  it('answers a dry run with an error, and does nothing', async () => {
    const dry = { InstanceId: ['i-1'], DryRun: true }
    expect(await refusal('StopInstances', dry)).toEqual([400, 'DRYRUN.SUCCESS'])
    expect(await refusal('StartInstances', dry)).toEqual([403, 'IncorrectInstanceStatus'])
    expect(await refusal('StartInstances', { ...dry, BatchOptimization: 'SuccessFirst' })).toEqual([
      400,
      'DRYRUN.SUCCESS',
    ])
    expect(status('i-1')).toBe('Running')
  })

  it('hangs if the instance says so, unless forced', async () => {
    await call('StopInstances', { InstanceId: ['i-hangs'] })
    simulator.world.settle()
    expect(status('i-hangs')).toBe('Stopping')
    simulator.world.seedInstances([{ id: 'i-hangs', stopHangs: true }])
    await call('RebootInstances', { InstanceId: ['i-hangs'], ForceReboot: true })
    simulator.world.settle()
    expect(status('i-hangs')).toBe('Running')
    await call('StopInstances', { InstanceId: ['i-hangs'], ForceStop: true })
    simulator.world.settle()
    expect(status('i-hangs')).toBe('Stopped')
  })

  it.each<[string, Record<string, unknown>, unknown]>([
    ['StartInstances', { InstanceId: ['i-no-stock'] }, [403, 'OperationDenied.NoStock']],
    ['StartInstances', { InstanceId: ['i-1'] }, [403, 'IncorrectInstanceStatus']],
    ['StartInstances', { InstanceId: ['i-off'], ForceStop: true }, [400, 'InvalidParameter']],
    ['StopInstances', { InstanceId: ['i-none'] }, [404, 'InvalidInstanceId.NotFound']],
    ['StopInstances', { InstanceId: ['i-denied'] }, [403, 'Forbidden.RAM']],
    ['StopInstances', { InstanceId: ['i-1'], StoppedMode: 'x' }, [400, 'InvalidParameter.StoppedMode']],
    ['StopInstances', { InstanceId: ['i-1'], ForceStop: 'yes' }, [400, 'InvalidParameter.ForceStop']],
    ['StopInstances', { InstanceId: ['i-1'], BatchOptimization: 'x' }, [400, 'InvalidParameter.BatchOptimization']],
    ['StopInstances', { InstanceId: ids(101) }, [403, 'InvalidParameter.TooManyInstanceIds']],
    ['StopInstances', {}, [400, 'MissingParameter']],
    ['RebootInstances', { InstanceId: ['i-off'] }, [403, 'IncorrectInstanceStatus']],
  ])('refuses %s of %o', async (action, parameters, expected) => {
    expect(await refusal(action, parameters)).toEqual(expected)
  })
})
