import type { KeyPair, Tags } from '@cloud-keypair/core'
import type {
  ChangeKeyRequest,
  CreateKeyPairRequest,
  DescribeInstancesRequest,
  DescribeKeyPairsRequest,
  ImportKeyPairRequest,
  Metadata,
  PowerRequest,
} from '@cloud-keypair/core/driver'
import type { Parameter } from '../request.js'
import type { EcsAction } from '../vendor.js'
import type { EcsRequest } from './wire-request.js'

// The fields are called as in the request models of @alicloud/ecs20140526, which give them their names on the wire. The
// pages of the actions are at www.alibabacloud.com/help/en/ecs/developer-reference: api-ecs-2014-05-26-attachkeypair.
// A test compares what comes of each request with what the vendor's own client sends.

type Fields = EcsRequest['fields']

function read(action: EcsAction, fields: Fields): EcsRequest {
  return { action, mutating: false, fields }
}

function change(action: EcsAction, fields: Fields): EcsRequest {
  return { action, mutating: true, fields }
}

const tagList = (tags: Tags): Parameter => Object.entries(tags).map(([key, value]) => ({ key, value }))

const metadata = ({ tags, group }: Metadata): Fields => ({ resourceGroupId: group, tag: tagList(tags) })

// A text that no name starts with is not sent: the cloud might refuse it, but the answer is an empty list.
const prefixPattern = /^\p{L}[\p{L}\p{N}:_.-]{0,126}$/u

/**
 * Makes a DescribeKeyPairs. `*` in a name is a wildcard, so the name itself must have none. Core filters by tags and group:
 * with such a filter the cloud silently lists at most 1,000. Its fingerprints need not be MD5.
 */
export function describeKeyPairs(request: DescribeKeyPairsRequest): EcsRequest {
  const common = { includePublicKey: true, pageNumber: request.cursor ?? '1' }
  if (request.kind === 'exact') {
    const [keyPair] = request.keyPairs
    return read('DescribeKeyPairs', {
      ...common,
      keyPairName: keyPair?.by === 'name' ? keyPair.name : '',
      pageSize: 50,
    })
  }
  const { namePrefix, pageSize } = request
  return read('DescribeKeyPairs', {
    ...common,
    keyPairName: prefixPattern.test(namePrefix) ? `${namePrefix}*` : undefined,
    pageSize,
  })
}

export function importKeyPair(request: ImportKeyPairRequest): EcsRequest {
  return change('ImportKeyPair', { keyPairName: request.name, publicKeyBody: request.publicKey, ...metadata(request) })
}

export function createKeyPair(request: CreateKeyPairRequest): EcsRequest {
  return change('CreateKeyPair', { keyPairName: request.name, ...metadata(request) })
}

/**
 * Returns the resource of a key pair: its id is the name (github.com/aliyun/terraform-provider-alicloud,
 * SetResourceTags).
 */
const resource = ({ name }: KeyPair): Fields => ({ resourceType: 'keypair', resourceId: [name] })

export function tagResources(keyPair: KeyPair, tags: Tags): EcsRequest {
  return change('TagResources', { ...resource(keyPair), tag: tagList(tags) })
}

export function untagResources(keyPair: KeyPair, keys: readonly string[]): EcsRequest {
  return change('UntagResources', { ...resource(keyPair), tagKey: keys })
}

export function joinResourceGroup(keyPair: KeyPair, group: string): EcsRequest {
  return change('JoinResourceGroup', { resourceType: 'keypair', resourceId: keyPair.name, resourceGroupId: group })
}

export function deleteKeyPair({ name }: KeyPair): EcsRequest {
  return change('DeleteKeyPairs', { keyPairNames: JSON.stringify([name]) })
}

export function changeKey(
  action: 'AttachKeyPair' | 'DetachKeyPair',
  { keyPair, instanceIds }: ChangeKeyRequest,
): EcsRequest {
  const keyPairName = keyPair.by === 'name' ? keyPair.name : ''
  // A text that holds a JSON array. A list would become InstanceIds.1, which the cloud doesn't read.
  return { ...change(action, { keyPairName, instanceIds: JSON.stringify(instanceIds) }), items: instanceIds }
}

/** Makes a DescribeInstances. With MaxResults the list is paged by token. */
export function describeInstances(request: DescribeInstancesRequest): EcsRequest {
  return read('DescribeInstances', { ...instanceFilter(request), maxResults: 100, nextToken: request.cursor })
}

function instanceFilter(request: DescribeInstancesRequest): Fields {
  switch (request.kind) {
    case 'exact':
      return { instanceIds: JSON.stringify(request.instanceIds) }
    case 'bound-to':
      return { keyPairName: request.keyPair.name }
    case 'bound':
      return {}
  }
}

// By default one instance that is refused undoes the call for all of them.
const each = { batchOptimization: 'SuccessFirst' }

/** Makes a StopInstances. The other mode, StopCharging, gives the capacity away, and may be the account's default. */
export function stopInstances({ instanceIds, force }: PowerRequest): EcsRequest {
  const fields = { instanceId: instanceIds, forceStop: force, stoppedMode: 'KeepCharging', ...each }
  return { ...change('StopInstances', fields), items: instanceIds }
}

export function startInstances({ instanceIds }: PowerRequest): EcsRequest {
  return { ...change('StartInstances', { instanceId: instanceIds, ...each }), items: instanceIds }
}

export function rebootInstances({ instanceIds, force }: PowerRequest): EcsRequest {
  return { ...change('RebootInstances', { instanceId: instanceIds, forceReboot: force, ...each }), items: instanceIds }
}
