import { createRequire } from 'node:module'
import type { CallContext, KeyPairDriver } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { json, startCloud } from './support/cloud.js'

// The request of the vendor's whole client for the same operation. Its types need `any`; here it has no types.
const require = createRequire(import.meta.url)
const { default: Client, ...models } = require('@alicloud/ecs20140526')
const { $OpenApiUtil } = require('@alicloud/openapi-core')

const instanceIds = ['i-1', 'i-2']
const InstanceIds = JSON.stringify(instanceIds)
const keyPairName = "密钥-a'(1)!*~"
const tags = { 'k y': '', b: '1' }
const tagList = [
  { key: 'k y', value: '' },
  { key: 'b', value: '1' },
]
const metadata = { description: undefined, tags, group: 'rg-1' }
const keyPair = { by: 'name', name: keyPairName } as const
const regionId = 'cn-hangzhou'

interface Operation {
  readonly ours: (driver: KeyPairDriver, context: CallContext) => Promise<unknown>
  readonly fields: Readonly<Record<string, unknown>>
  /** Default: the name of the action. */
  readonly action?: string
}

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 50,
  namePrefix: 'ci',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

const operations: Readonly<Record<string, Operation>> = {
  'DescribeKeyPairs, a list': {
    ours: (driver, context) => driver.doDescribeKeyPairs(list, context),
    fields: { keyPairName: 'ci*', includePublicKey: true, pageNumber: 1, pageSize: 50 },
  },
  'DescribeKeyPairs, a look-up': {
    ours: (driver, context) =>
      driver.doDescribeKeyPairs({ kind: 'exact', keyPairs: [{ by: 'name', name: 'k' }], cursor: '2' }, context),
    fields: { keyPairName: 'k', includePublicKey: true, pageNumber: 2, pageSize: 50 },
  },
  ImportKeyPair: {
    ours: (driver, context) =>
      driver.doImportKeyPair({ name: keyPairName, publicKey: 'ssh-rsa A+/= ', ...metadata }, context),
    fields: { keyPairName, publicKeyBody: 'ssh-rsa A+/= ', resourceGroupId: 'rg-1', tag: tagList },
  },
  CreateKeyPair: {
    ours: (driver, context) => driver.doCreateKeyPair({ name: keyPairName, ...metadata }, context),
    fields: { keyPairName, resourceGroupId: 'rg-1', tag: tagList },
  },
  'CreateKeyPair, with a name alone': {
    ours: (driver, context) =>
      driver.doCreateKeyPair({ name: 'k', description: undefined, tags: {}, group: undefined }, context),
    fields: { keyPairName: 'k' },
  },
  DeleteKeyPairs: {
    ours: (driver, context) => driver.doDeleteKeyPairs([{ name: keyPairName }], context),
    fields: { keyPairNames: JSON.stringify([keyPairName]) },
  },
  TagResources: {
    ours: (driver, context) =>
      driver.doUpdateKeyPair({ keyPair: { name: keyPairName }, change: { kind: 'set-tags', tags } }, context),
    fields: { resourceType: 'keypair', resourceId: [keyPairName], tag: tagList },
  },
  UntagResources: {
    ours: (driver, context) =>
      driver.doUpdateKeyPair({ keyPair: { name: 'k' }, change: { kind: 'remove-tags', keys: ['k y', 'b'] } }, context),
    fields: { resourceType: 'keypair', resourceId: ['k'], tagKey: ['k y', 'b'] },
  },
  JoinResourceGroup: {
    ours: (driver, context) =>
      driver.doUpdateKeyPair({ keyPair: { name: 'k' }, change: { kind: 'group', group: 'rg-2' } }, context),
    fields: { resourceType: 'keypair', resourceId: 'k', resourceGroupId: 'rg-2' },
  },
  'DescribeInstances by id': {
    ours: (driver, context) => driver.doDescribeInstances({ kind: 'exact', instanceIds, cursor: undefined }, context),
    fields: { instanceIds: InstanceIds, maxResults: 100 },
  },
  'DescribeInstances by key pair': {
    ours: (driver, context) =>
      driver.doDescribeInstances({ kind: 'bound-to', keyPair: { name: keyPairName }, cursor: 'next' }, context),
    fields: { keyPairName, maxResults: 100, nextToken: 'next' },
  },
  AttachKeyPair: {
    ours: (driver, context) => driver.doAttachKeyPair({ keyPair, instanceIds }, context),
    fields: { keyPairName, instanceIds: InstanceIds },
  },
  DetachKeyPair: {
    ours: (driver, context) => driver.doDetachKeyPair({ keyPair, instanceIds }, context),
    fields: { keyPairName, instanceIds: InstanceIds },
  },
  StopInstances: {
    ours: (driver, context) => driver.doStopInstances({ instanceIds, force: true }, context),
    fields: {
      instanceId: instanceIds,
      forceStop: true,
      stoppedMode: 'KeepCharging',
      batchOptimization: 'SuccessFirst',
    },
  },
  StartInstances: {
    ours: (driver, context) => driver.doStartInstances({ instanceIds, force: false }, context),
    fields: { instanceId: instanceIds, batchOptimization: 'SuccessFirst' },
  },
  RebootInstances: {
    ours: (driver, context) => driver.doRebootInstances({ instanceIds, force: false }, context),
    fields: { instanceId: instanceIds, forceReboot: false, batchOptimization: 'SuccessFirst' },
  },
}

test.each(Object.keys(operations))("%s is the same on the wire as from the vendor's own client", async (name) => {
  const operation = operations[name]
  if (operation === undefined) throw new Error('There is no such operation')
  const [action = ''] = name.split(/[ ,]/)
  await using cloud = await startCloud('ecs', { body: json({}) })
  await operation.ours(cloud.driver, cloud.context())
  const client = new Client(
    new $OpenApiUtil.Config({
      accessKeyId: 'canary-access-key-id',
      accessKeySecret: 'canary/secret+access=key',
      securityToken: 'canary/security+token==',
      endpoint: cloud.host,
      protocol: 'http',
      regionId,
      readTimeout: 300_000,
      connectTimeout: 300_000,
    }),
  )
  await client[`${action.charAt(0).toLowerCase()}${action.slice(1)}`](
    new models[`${action}Request`]({ ...operation.fields, regionId }),
  ).catch(() => undefined)
  const [ours, theirs] = cloud.received.map(({ method, query, headers, url }) => {
    const names = ['x-acs-action', 'x-acs-version', 'x-acs-content-sha256', 'x-acs-security-token', 'accept', 'host']
    return {
      method,
      path: url.slice(0, url.indexOf('?')),
      query,
      headers: Object.fromEntries(names.map((header) => [header, headers[header]])),
      contentLength: headers['content-length'],
    }
  })
  expect(ours).toBeDefined()
  expect(ours).toEqual(theirs)
})
