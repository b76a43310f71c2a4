import type { KeyPair } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { startCloud } from './support/cloud.js'

// The vendor's own samples, masked by their authors, with all that is odd about them.
const named = (name: string): KeyPair => ({ name })
const none = { description: undefined, tags: {}, group: undefined }
const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 50,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

describe('ECS (www.alibabacloud.com/help/en/ecs/developer-reference)', () => {
  const sample = (count: string, flag: string, code: string): string => `{
  "KeyPairName": "testKeyPairName",
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
  "TotalCount": ${count},
  "FailCount": 0,
  "Results": {
    "Result": [
      {
        "Code": ${code},
        "Message": "successful",
        "InstanceId": "i-m5eg7be9ndloji64****",
        "Success": ${flag}
      }
    ]
  }
}`

  test.each([
    ['2', 'true', '200'],
    ['"2"', '"true"', '"200"'],
    ['2', 'true', '"200"'],
  ])('AttachKeyPair and DetachKeyPair: a count of %s for one result, success %s, code %s', async (...types) => {
    for (const action of ['AttachKeyPair', 'DetachKeyPair'] as const) {
      await using cloud = await startCloud('ecs', { body: sample(...types) })
      const instanceIds = ['i-m5eg7be9ndloji64****', 'i-other']
      const keyPair = { by: 'name', name: 'testKeyPairName' } as const
      const changed = await cloud.driver[`do${action}`]({ keyPair, instanceIds }, cloud.context())
      expect(cloud.received[0]?.query).toEqual({
        RegionId: 'cn-hangzhou',
        KeyPairName: 'testKeyPairName',
        InstanceIds: '["i-m5eg7be9ndloji64****","i-other"]',
      })
      expect(changed._unsafeUnwrap()).toEqual([{ id: 'i-m5eg7be9ndloji64****', ok: true }])
      const requestId = '473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E'
      expect(cloud.traces).toEqual([{ action }, { action, httpStatus: 200, requestId }])
    }
  })

  test('DescribeKeyPairs: tags in a list in an object, a date without seconds', async () => {
    await using cloud = await startCloud('ecs', {
      body: `{
  "PageSize": 10,
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
  "PageNumber": 1,
  "TotalCount": 1,
  "KeyPairs": {
    "KeyPair": [
      {
        "CreationTime": "2023-09-04T08:33Z",
        "KeyPairName": "testKeyPairName",
        "KeyPairFingerPrint": "ABC1234567",
        "ResourceGroupId": "rg-amnhr7u7c7hj****",
        "PublicKey": "ssh-rsa****",
        "Tags": {
          "Tag": [
            {
              "TagValue": "TestValue",
              "TagKey": "TestKey"
            }
          ]
        }
      }
    ]
  }
}`,
    })
    const page = await cloud.driver.doDescribeKeyPairs(list, cloud.context())
    expect(cloud.received[0]?.query).toEqual({
      RegionId: 'cn-hangzhou',
      IncludePublicKey: 'true',
      PageNumber: '1',
      PageSize: '50',
    })
    expect(page._unsafeUnwrap()).toEqual({
      items: [
        {
          name: 'testKeyPairName',
          fingerprint: 'ABC1234567',
          publicKey: 'ssh-rsa****',
          tags: { TestKey: 'TestValue' },
          group: 'rg-amnhr7u7c7hj****',
          createdAt: new Date('2023-09-04T08:33:00Z'),
        },
      ],
      total: 1,
    })
  })

  test('CreateKeyPair: a text that is no private key is unchanged, and the unusable id is left out', async () => {
    await using cloud = await startCloud('ecs', {
      body: `{
  "PrivateKeyBody": "MIIEpAIBAAKCAQEAtReyMzLIcBH78EV2zj****",
  "KeyPairName": "testKeyPairName",
  "KeyPairId": "ssh-bp67acfmxazb4p****",
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
  "KeyPairFingerPrint": "89:f0:ba:62:ac:b8:aa:e1:61:5e:fd:81:69:86:6d:6b:f0:c0:5a:**"
}`,
    })
    const created = await cloud.driver.doCreateKeyPair({ name: 'testKeyPairName', ...none }, cloud.context())
    expect(cloud.received[0]?.query).toEqual({ RegionId: 'cn-hangzhou', KeyPairName: 'testKeyPairName' })
    const { keyPair, privateKey } = created._unsafeUnwrap()
    expect(keyPair).toEqual({
      name: 'testKeyPairName',
      fingerprint: '89:f0:ba:62:ac:b8:aa:e1:61:5e:fd:81:69:86:6d:6b:f0:c0:5a:**',
    })
    expect(privateKey.reveal()).toBe('MIIEpAIBAAKCAQEAtReyMzLIcBH78EV2zj****')
    expect(JSON.stringify(privateKey)).not.toContain('MII')
  })

  test('ImportKeyPair: no id in the answer', async () => {
    await using cloud = await startCloud('ecs', {
      body: `{
    "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
    "KeyPairName": "testKeyPairName",
    "KeyPairFingerPrint": "89:f0:ba:62:ac:b8:aa:e1:61:5e:fd:81:69:86:6d:6b:f0:c0:5a:**"
}`,
    })
    const request = { name: 'testKeyPairName', publicKey: 'ssh-rsa AAAA+/==', ...none }
    const imported = await cloud.driver.doImportKeyPair(request, cloud.context())
    expect(cloud.received[0]?.query).toEqual({
      RegionId: 'cn-hangzhou',
      KeyPairName: 'testKeyPairName',
      PublicKeyBody: 'ssh-rsa AAAA+/==',
    })
    expect(imported._unsafeUnwrap()).toEqual({
      name: 'testKeyPairName',
      fingerprint: '89:f0:ba:62:ac:b8:aa:e1:61:5e:fd:81:69:86:6d:6b:f0:c0:5a:**',
    })
  })

  test('an error has the recommendation of the vendor', async () => {
    await using cloud = await startCloud('ecs', {
      status: 400,
      body: `{
  "RequestId": "06DD587E-599A-55C6-83BB-EC5******F2",
  "HostId": "ecs.cn-hangzhou.aliyuncs.com",
  "Code": "InvalidP******",
  "Message": "The specified parameter **** is not valid.",
  "Recommend": "https://api.aliyun.com/troubleshoot?q=InvalidP******&product=Ecs&requestId=06DD587E-599A-55C6-83BB-EC5******F2"
}`,
    })
    const refused = await cloud.driver.doImportKeyPair({ name: 'k', publicKey: 'x', ...none }, cloud.context())
    expect(refused._unsafeUnwrapErr()).toEqual({
      code: 'unknown',
      message: 'The specified parameter **** is not valid',
      outcome: 'none',
      transient: false,
      scope: 'call',
      vendor: {
        code: 'InvalidP******',
        message: 'The specified parameter **** is not valid.',
        httpStatus: 400,
        requestId: '06DD587E-599A-55C6-83BB-EC5******F2',
      },
    })
  })

  test('throttling with HTTP 400, and a hint in milliseconds', async () => {
    await using cloud = await startCloud('ecs', {
      status: 400,
      headers: { 'x-acs-retry-after': '1000' },
      body: '{"Code":"Throttling","Message":"Request was denied due to user flow control.","RequestId":"A45EE076-334D-5012-9746-A8F828D20FD4"}',
    })
    const refused = await cloud.driver.doImportKeyPair({ name: 'k', publicKey: 'x', ...none }, cloud.context())
    expect(refused._unsafeUnwrapErr()).toMatchObject({
      code: 'throttled',
      outcome: 'none',
      transient: true,
      retryAfterMs: 1000,
    })
  })

  test('DeleteKeyPairs of an attached key pair', async () => {
    const message = 'The specified parameter "KeyPairNames" attached to instances can not be deleted.'
    const Code = 'InvalidParameter.KeypairAlreadyAttachedInstance'
    await using cloud = await startCloud('ecs', { status: 400, body: JSON.stringify({ Code, Message: message }) })
    const deleted = await cloud.driver.doDeleteKeyPairs([named('k')], cloud.context())
    expect(cloud.received[0]?.query).toEqual({ RegionId: 'cn-hangzhou', KeyPairNames: '["k"]' })
    expect(deleted._unsafeUnwrapErr()).toMatchObject({ code: 'in-use', outcome: 'none', transient: false })
  })
})

describe('ENS (www.alibabacloud.com/help/en/ens/developer-reference)', () => {
  test('DetachKeyPair: three instances, one failure, one result', async () => {
    await using cloud = await startCloud('ens', {
      body: `{
"RequestId": "xx-xx-xx-xx",
"KeyPairId": "ssh-xxx",
"KeyPairName": "test-kp",
"FailCount": 1,
"TotalCount": 3,
"Results": [
{
"Code": 200,
"InstanceId": "i-xxx",
"Message": "successful",
"Success": true
}
]
}`,
    })
    const request = { keyPair: { by: 'id', id: 'ssh-xxx' }, instanceIds: ['i-xxx', 'i-2', 'i-3'] } as const
    const detached = await cloud.driver.doDetachKeyPair(request, cloud.context())
    expect(cloud.received[0]?.query).toEqual({ KeyPairId: 'ssh-xxx', InstanceIds: '["i-xxx","i-2","i-3"]' })
    expect(detached._unsafeUnwrap()).toEqual([{ id: 'i-xxx', ok: true }])
  })

  test('DetachKeyPair refused for one instance', async () => {
    await using cloud = await startCloud('ens', {
      status: 400,
      body: '{"Code":"PublicKeyNotAttachWithInstance","Message":"Public Key Not Attach With Instance.","RequestId":"r"}',
    })
    const request = { keyPair: { by: 'name', name: 'test-kp' }, instanceIds: ['i-1', 'i-2'] } as const
    const refused = await cloud.driver.doDetachKeyPair(request, cloud.context())
    expect(refused._unsafeUnwrapErr()).toMatchObject({
      code: 'conflict',
      message: 'Public Key Not Attach With Instance',
      outcome: 'none',
      transient: false,
      scope: 'items',
    })
    expect(refused._unsafeUnwrapErr()).not.toHaveProperty('culprits')
  })

  test('CreateKeyPair: line breaks that are a backslash and an n become line breaks', async () => {
    await using cloud = await startCloud('ens', {
      body: String.raw`{
  "KeyPairFingerPrint": "7880c1ad4687fdbf7a6da2131****",
  "KeyPairId": "ssh-5lywanlkih1zo9yl8eg****",
  "KeyPairName": "TestKeyPairName",
  "PrivateKeyBody": "-----BEGIN RSA PRIVATE KEY-----\\nMIIEogIBAAKCAQE****",
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"
}`,
    })
    const created = await cloud.driver.doCreateKeyPair({ name: 'TestKeyPairName', ...none }, cloud.context())
    const { keyPair, privateKey } = created._unsafeUnwrap()
    expect(keyPair).toEqual({
      name: 'TestKeyPairName',
      id: 'ssh-5lywanlkih1zo9yl8eg****',
      fingerprint: '7880c1ad4687fdbf7a6da2131****',
    })
    expect(privateKey.reveal()).toBe('-----BEGIN RSA PRIVATE KEY-----\nMIIEogIBAAKCAQE****')
  })

  test('DeleteKeyPairs: a tab after the request id', async () => {
    const body = String.raw`{"RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E\t"}`
    await using cloud = await startCloud('ens', { body })
    const deleted = await cloud.driver.doDeleteKeyPairs([{ name: 'k', id: 'ssh-1' }], cloud.context())
    expect(cloud.received[0]?.query).toEqual({ KeyPairId: 'ssh-1' })
    expect(deleted._unsafeUnwrap()).toEqual([{ id: 'ssh-1', ok: true }])
    expect(cloud.traces[1]?.requestId).toBe('473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E')
  })
})
