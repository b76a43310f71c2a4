import type { KeyPair } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { envelope, startCloud } from './support/cloud.js'

// The vendor's own samples, masked by their authors.
const requestId = '202106111445100102252431000052****'
const answer = (action: string, result: unknown): string => envelope(action, result).replace('req-1', requestId)

const named = (name: string): KeyPair => ({ name })
const none = { description: undefined, tags: {}, group: undefined }
const common = { Version: '2020-04-01', ClientToken: 'token-1' }

test('DeleteKeyPairs: one deleted, one not found (volcengine.com/docs/6396/120513)', async () => {
  await using cloud = await startCloud({
    body: answer('DeleteKeyPairs', {
      OperationDetails: [
        { KeyPairName: 'ssh_key_pair1', Error: null },
        {
          KeyPairName: 'ssh_key_pair2',
          Error: { Code: 'InvalidKeyPair.NotFound', Message: 'The specified KeyPair does not exist.' },
        },
      ],
    }),
  })
  const second = { ...named('ssh_key_pair2'), id: 'kp-2' }
  const deleted = await cloud.driver.doDeleteKeyPairs([named('ssh_key_pair1'), second], cloud.context())
  expect(cloud.received[0]?.query).toEqual({
    ...common,
    Action: 'DeleteKeyPairs',
    'KeyPairNames.1': 'ssh_key_pair1',
    'KeyPairNames.2': 'ssh_key_pair2',
  })
  expect(deleted._unsafeUnwrap()).toEqual([
    { id: 'ssh_key_pair1', ok: true },
    {
      id: 'kp-2',
      ok: false,
      failure: {
        code: 'not-found',
        message: 'The specified KeyPair does not exist',
        transient: false,
        vendor: {
          code: 'InvalidKeyPair.NotFound',
          message: 'The specified KeyPair does not exist.',
          httpStatus: 200,
          requestId,
        },
      },
    },
  ])
  expect(cloud.traces).toEqual([{ action: 'DeleteKeyPairs' }, { action: 'DeleteKeyPairs', httpStatus: 200, requestId }])
})

test('DescribeKeyPairs: a page with a token (volcengine.com/docs/6396/120446)', async () => {
  const sample = {
    KeyPairName: 'ssh_key_pair',
    KeyPairId: 'kp-ybp0x6i30gep29******',
    Description: '',
    FingerPrint: '6f3c737485f6836b124648db49******',
    CreatedAt: '2022-05-20T11:24:16+08:00',
    UpdatedAt: '2022-05-20T11:24:16+08:00',
    ProjectName: 'project_a',
  }
  await using cloud = await startCloud({
    body: answer('DescribeKeyPairs', { NextToken: 'eWJwMHd3MzE2dmVwMjkyMnk******', KeyPairs: [sample] }),
  })
  const page = await cloud.driver.doDescribeKeyPairs(
    {
      kind: 'list',
      cursor: undefined,
      pageSize: 1,
      namePrefix: '',
      md5Fingerprint: undefined,
      tags: {},
      group: undefined,
    },
    cloud.context(),
  )
  expect(cloud.received[0]?.query).toEqual({ Action: 'DescribeKeyPairs', Version: '2020-04-01', MaxResults: '1' })
  const at = new Date('2022-05-20T03:24:16Z')
  expect(page._unsafeUnwrap()).toEqual({
    items: [
      {
        name: 'ssh_key_pair',
        id: 'kp-ybp0x6i30gep29******',
        description: '',
        fingerprint: '6f3c737485f6836b124648db49******',
        createdAt: at,
        updatedAt: at,
        group: 'project_a',
      },
    ],
    cursor: 'eWJwMHd3MzE2dmVwMjkyMnk******',
  })
})

describe.each(['AttachKeyPair', 'DetachKeyPair'] as const)('%s', (action) => {
  test('one done, one not found (volcengine.com/docs/6396/120451 and 120450)', async () => {
    const instanceIds = ['i-ahipakt2gcg95jpv****', 'i-ahipakt2gdg95lbe****']
    await using cloud = await startCloud({
      body: answer(action, {
        OperationDetails: [
          { InstanceId: instanceIds[0], Error: null },
          {
            InstanceId: instanceIds[1],
            Error: { Code: 'InvalidInstance.NotFound', Message: 'The specified instance does not exist.' },
          },
        ],
      }),
    })
    const changed = await cloud.driver[`do${action}`](
      { keyPair: { by: 'name', name: 'ssh_key_pair1' }, instanceIds },
      cloud.context(),
    )
    expect(cloud.received[0]?.query).toEqual({
      ...common,
      Action: action,
      KeyPairName: 'ssh_key_pair1',
      'InstanceIds.1': instanceIds[0],
      'InstanceIds.2': instanceIds[1],
    })
    expect(changed._unsafeUnwrap()).toMatchObject([
      { id: instanceIds[0], ok: true },
      { id: instanceIds[1], ok: false, failure: { code: 'not-found', transient: false } },
    ])
  })
})

test('ImportKeyPair (volcengine.com/docs/6396/120444)', async () => {
  await using cloud = await startCloud({
    body: answer('ImportKeyPair', {
      KeyPairName: 'ssh_key_pair',
      KeyPairId: 'kp-bp67acfmxazb4p****',
      FingerPrint: '4158f40dbc0814eb04f0dcac4e******',
    }),
  })
  const publicKey = 'ssh-rsa AaaAAB3NzaC1yc2EAAAADAQ******'
  const imported = await cloud.driver.doImportKeyPair({ name: 'ssh_key_pair', publicKey, ...none }, cloud.context())
  expect(cloud.received[0]?.query).toEqual({
    ...common,
    Action: 'ImportKeyPair',
    KeyPairName: 'ssh_key_pair',
    PublicKey: publicKey,
  })
  expect(imported._unsafeUnwrap()).toEqual({
    name: 'ssh_key_pair',
    id: 'kp-bp67acfmxazb4p****',
    fingerprint: '4158f40dbc0814eb04f0dcac4e******',
  })
})

test('ModifyKeyPairAttribute (volcengine.com/docs/6396/120449)', async () => {
  await using cloud = await startCloud({ body: answer('ModifyKeyPairAttribute', { KeyPairName: 'ssh_key_pair' }) })
  const change = { kind: 'description', description: 'ssh_key_test_description' } as const
  const updated = await cloud.driver.doUpdateKeyPair({ keyPair: named('ssh_key_pair'), change }, cloud.context())
  expect(cloud.received[0]?.query).toEqual({
    ...common,
    Action: 'ModifyKeyPairAttribute',
    KeyPairName: 'ssh_key_pair',
    Description: 'ssh_key_test_description',
  })
  expect(updated._unsafeUnwrap()).toBeNull()
})

test('CreateKeyPair (volcengine.com/docs/6396/120445)', async () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEogIBAAKCAQEAw7ked3y\n-----END RSA PRIVATE KEY-----'
  await using cloud = await startCloud({
    body: answer('CreateKeyPair', {
      KeyPairName: 'ssh_key_pair',
      KeyPairId: 'kp-ybqcopwrdwl8j1******',
      FingerPrint: '4158f40dbc0814eb04f0dcac4e******',
      PrivateKey: pem,
    }),
  })
  const created = (
    await cloud.driver.doCreateKeyPair({ name: 'ssh_key_pair', ...none }, cloud.context())
  )._unsafeUnwrap()
  expect(cloud.received[0]?.query).toEqual({ ...common, Action: 'CreateKeyPair', KeyPairName: 'ssh_key_pair' })
  expect(created.keyPair).toEqual({
    name: 'ssh_key_pair',
    id: 'kp-ybqcopwrdwl8j1******',
    fingerprint: '4158f40dbc0814eb04f0dcac4e******',
  })
  expect(created.privateKey.reveal()).toBe(pem)
  expect(JSON.stringify(created)).not.toContain('MIIEog')
})

test('DescribeInstances: the fields that other tools collect', async () => {
  const sample = {
    InstanceId: 'i-xx',
    KeyPairId: 'kp-xx',
    KeyPairName: 'xxx-test',
    OsType: 'Linux',
    Status: 'RUNNING',
    InstanceChargeType: 'PostPaid',
    ProjectName: 'default',
    ZoneId: 'cn-beijing-b',
  }
  const bare = { ...sample, InstanceId: 'i-yy', KeyPairId: '', KeyPairName: '', Status: 'DELETING' }
  await using cloud = await startCloud({
    body: answer('DescribeInstances', { TotalCount: 2, NextToken: '', Instances: [sample, bare] }),
  })
  const page = await cloud.driver.doDescribeInstances(
    { kind: 'exact', instanceIds: ['i-xx', 'i-yy'], cursor: undefined },
    cloud.context(),
  )
  expect(cloud.received[0]?.query).toEqual({
    Action: 'DescribeInstances',
    Version: '2020-04-01',
    MaxResults: '100',
    'InstanceIds.1': 'i-xx',
    'InstanceIds.2': 'i-yy',
  })
  expect(page._unsafeUnwrap()).toEqual({
    items: [
      { id: 'i-xx', power: 'running', keyPair: { name: 'xxx-test', id: 'kp-xx' } },
      { id: 'i-yy', power: 'other' },
    ],
  })
})

test('a gateway error with CodeN and without Service (docs.byteplus.com, common response parameters)', async () => {
  const message = "Invalid credential in 'Authorization', Pls check your authorization header."
  await using cloud = await startCloud({
    status: 400,
    body: `{ "ResponseMetadata": { "RequestId": "202310091403564A8CA5A23A12AEA5****", "Action": "GetVulnerabilityConfig", "Version": "2023-12-25", "Region": "byteplus-global", "Error": { "CodeN": 100025, "Code": "InvalidCredential", "Message": "${message}" } } }`,
  })
  const refused = await cloud.driver.doDeleteKeyPairs([named('k')], cloud.context())
  expect(refused._unsafeUnwrapErr()).toMatchObject({
    code: 'unauthenticated',
    outcome: 'none',
    transient: false,
    scope: 'call',
    vendor: {
      code: 'InvalidCredential',
      message,
      httpStatus: 400,
      requestId: '202310091403564A8CA5A23A12AEA5****',
    },
  })
})
