import { afterEach, describe, expect, it } from 'vitest'
import { startAlibabaEcsSimulator, startAlibabaEnsSimulator } from '../src/index.js'
import { coreCall, raw, type Call } from './alibaba-clients.js'
import { virtualClock } from './clients.js'
import { simulatedKeyPair } from '../../../tests/support/rsa-keys.js'

// The vendor's samples, as its pages have them, against the answers: the same fields, of the same types.
const closing: (() => Promise<void>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

async function ecsCall(): Promise<Call> {
  const simulator = await startAlibabaEcsSimulator({ clock: virtualClock(), generateKeyPair: simulatedKeyPair })
  closing.push(() => simulator.close())
  simulator.world.seedKeyPair({ name: 'testKeyPairName', tags: { TestKey: 'TestValue' }, group: 'rg-amnhr7u7c7hj' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const call = coreCall(simulator)
  return (action, parameters) => call(action, { RegionId: simulator.region, ...parameters })
}

async function ensCall(): Promise<Call> {
  const simulator = await startAlibabaEnsSimulator({
    clock: virtualClock(),
    generateKeyPair: simulatedKeyPair,
    variants: { privateKeyBody: 'escaped', requestId: 'tab' },
  })
  closing.push(() => simulator.close())
  simulator.world.seedKeyPair({ name: 'test-kp' })
  simulator.world.seedInstances([{ id: 'i-xxx', status: 'Stopped', keyPair: 'test-kp' }])
  return coreCall(simulator)
}

/** Returns the shape of a value: the names of its fields and the types of its values. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
}

const requestId = '473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E'

describe('ECS answers in the shape of its samples', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'AttachKeyPair',
      { KeyPairName: 'testKeyPairName', InstanceIds: '["i-1"]' },
      {
        KeyPairName: 'testKeyPairName',
        RequestId: requestId,
        TotalCount: 2,
        FailCount: 0,
        Results: {
          Result: [{ Code: 200, Message: 'successful', InstanceId: 'i-m5eg7be9ndloji64****', Success: true }],
        },
      },
    ],
    [
      'DescribeKeyPairs',
      { IncludePublicKey: true },
      {
        PageSize: 10,
        RequestId: requestId,
        PageNumber: 1,
        TotalCount: 1,
        KeyPairs: {
          KeyPair: [
            {
              CreationTime: '2023-09-04T08:33Z',
              KeyPairName: 'testKeyPairName',
              KeyPairFingerPrint: 'ABC1234567',
              ResourceGroupId: 'rg-amnhr7u7c7hj****',
              PublicKey: 'ssh-rsa****',
              Tags: { Tag: [{ TagValue: 'TestValue', TagKey: 'TestKey' }] },
            },
          ],
        },
      },
    ],
    [
      'CreateKeyPair',
      { KeyPairName: 'other' },
      {
        PrivateKeyBody: 'MIIEpAIBAAKCAQEAtReyMzLIcBH78EV2zj****',
        KeyPairName: 'testKeyPairName',
        KeyPairId: 'ssh-bp67acfmxazb4p****',
        RequestId: requestId,
        KeyPairFingerPrint: '89:f0:ba:62:ac:b8:aa:e1:61:5e:fd:81:69:86:6d:6b:f0:c0:5a:**',
      },
    ],
    [
      'DescribeInstanceStatus',
      { PageSize: 1 },
      {
        PageNumber: 1,
        InstanceStatuses: { InstanceStatus: [{ Status: 'Running', InstanceId: 'i-bp1j4i2jdf3owlhe****' }] },
        TotalCount: 58,
        PageSize: 1,
        RequestId: '746C3444-9A24-4D7D-B8A8-DCBF7AC8BD66',
      },
    ],
  ])('%s', async (action, parameters, sample) => {
    const call = await ecsCall()
    const { body } = await call(action, parameters)
    expect(shape(body)).toEqual(shape(sample))
  })

  it('gives times to the minute', async () => {
    const call = await ecsCall()
    const { body } = await call('DescribeKeyPairs')
    expect(JSON.stringify(body)).toMatch(/"CreationTime":"\d{4}-\d\d-\d\dT\d\d:\d\dZ"/)
  })

  it('gives errors the form of their page', async () => {
    const call = await ecsCall()
    const { body } = await call('CreateKeyPair')
    const sample = {
      RequestId: '06DD587E-599A-55C6-83BB-EC5******F2',
      HostId: 'ecs.cn-hangzhou.aliyuncs.com',
      Code: 'InvalidP******',
      Message: 'The specified parameter **** is not valid.',
      Recommend:
        'https://api.aliyun.com/troubleshoot?q=InvalidP******&product=Ecs&requestId=06DD587E-599A-55C6-83BB-EC5******F2',
    }
    expect(shape(body)).toEqual(shape(sample))
    expect(body).toMatchObject({ HostId: sample.HostId })
    expect(JSON.stringify(body)).toContain('troubleshoot?q=MissingParameter&product=Ecs&requestId=')
  })

  it('refuses a delete with the vendor’s code', async () => {
    const call = await ecsCall()
    await call('AttachKeyPair', { KeyPairName: 'testKeyPairName', InstanceIds: '["i-1"]' })
    expect(await call('DeleteKeyPairs', { KeyPairNames: '["testKeyPairName"]' })).toMatchObject({
      status: 400,
      body: {
        Code: 'InvalidParameter.KeypairAlreadyAttachedInstance',
        Message: 'The specified parameter "KeyPairNames" attached to instances can not be deleted.',
      },
    })
  })

  it('throttles as in the test of the vendor’s SDK', async () => {
    const simulator = await startAlibabaEcsSimulator()
    closing.push(() => simulator.close())
    simulator.fault({ kind: 'throttle', retryAfterMs: 1000 })
    const response = await raw(simulator, 'DescribeKeyPairs', { RegionId: simulator.region })
    expect([response.status, response.headers.get('x-acs-retry-after')]).toEqual([400, '1000'])
    expect(await response.json()).toMatchObject({
      Code: 'Throttling',
      Message: 'Request was denied due to user flow control.',
    })
    simulator.fault({ kind: 'throttle' })
    expect((await raw(simulator, 'DescribeKeyPairs')).headers.has('x-acs-retry-after')).toBe(false)
  })
})

describe('ENS answers in the shape of its samples', () => {
  const batch = {
    RequestId: 'xx-xx-xx-xx',
    KeyPairId: 'ssh-xxx',
    KeyPairName: 'test-kp',
    FailCount: 1,
    TotalCount: 3,
    Results: [{ Code: 200, InstanceId: 'i-xxx', Message: 'successful', Success: true }],
  }
  it.each<[string, Record<string, unknown>, unknown]>([
    ['DetachKeyPair', { KeyPairName: 'test-kp', InstanceIds: '["i-xxx"]' }, batch],
    ['AttachKeyPair', { KeyPairName: 'test-kp', InstanceIds: '["i-xxx"]' }, batch],
    [
      'CreateKeyPair',
      { KeyPairName: 'TestKeyPairName' },
      {
        KeyPairFingerPrint: '7880c1ad4687fdbf7a6da2131****',
        KeyPairId: 'ssh-5lywanlkih1zo9yl8eg****',
        KeyPairName: 'TestKeyPairName',
        PrivateKeyBody: '-----BEGIN RSA PRIVATE KEY-----\\nMIIEogIBAAKCAQE****',
        RequestId: requestId,
      },
    ],
    ['DeleteKeyPairs', { KeyPairName: 'test-kp' }, { RequestId: `${requestId}\t` }],
    ['StartInstance', { InstanceId: 'i-xxx' }, { Code: 0, RequestId: requestId }],
  ])('%s', async (action, parameters, sample) => {
    const call = await ensCall()
    const { body } = await call(action, parameters)
    expect(shape(body)).toEqual(shape(sample))
  })

  it('keeps the oddities of its samples', async () => {
    const call = await ensCall()
    const { body } = await call('CreateKeyPair', { KeyPairName: 'TestKeyPairName' })
    expect(JSON.stringify(body)).toContain('-----BEGIN RSA PRIVATE KEY-----\\\\nMII')
    expect(JSON.stringify(await call('DeleteKeyPairs', { KeyPairName: 'TestKeyPairName' }))).toMatch(/[0-9A-F]\\t"/)
    const listed = await call('DescribeKeyPairs')
    expect(JSON.stringify(listed.body)).toMatch(/"CreationTime":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/)
  })

  it('refuses a detach with the vendor’s code', async () => {
    const call = await ensCall()
    await call('CreateKeyPair', { KeyPairName: 'other' })
    expect(await call('DetachKeyPair', { KeyPairName: 'other', InstanceIds: '["i-xxx"]' })).toMatchObject({
      status: 400,
      body: { Code: 'PublicKeyNotAttachWithInstance', Message: 'Public Key Not Attach With Instance.' },
    })
  })
})
