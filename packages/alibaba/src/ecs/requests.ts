import type {
  ChangeKeyRequest,
  CreateKeyPairRequest,
  DescribeInstancesRequest,
  DescribeKeyPairsRequest,
  ImportKeyPairRequest,
  KeyPair,
  Metadata,
  PowerRequest,
  Tags,
} from '@cloud-keypair/core'
import type { Parameter, WireRequest } from '../request.js'

// The names are those on the wire, from the pages of the actions at www.alibabacloud.com/help/en/ecs/developer-reference:
// api-ecs-2014-05-26-attachkeypair. A test holds each request against what the vendor's own client sends.

type Parameters = WireRequest['parameters']

function read(action: string, parameters: Parameters): WireRequest {
  return { action, mutating: false, parameters }
}

function change(action: string, parameters: Parameters): WireRequest {
  return { action, mutating: true, parameters }
}

const tagList = (tags: Tags): Parameter => Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value }))

const metadata = ({ tags, group }: Metadata): Parameters => ({ ResourceGroupId: group, Tag: tagList(tags) })

// What no name starts with is not asked for: it might be refused, where the answer is an empty list.
const prefixPattern = /^\p{L}[\p{L}\p{N}:_.-]{0,126}$/u

/**
 * `*` in a name is a wildcard, so the name itself must have none. Tags and group filter on our side: with either as a
 * filter the cloud lists 1,000 at most, without a word about the rest. The fingerprints it keeps need not be MD5.
 */
export function describeKeyPairs(request: DescribeKeyPairsRequest): WireRequest {
  const common = { IncludePublicKey: true, PageNumber: request.cursor ?? '1' }
  if (request.kind === 'exact') {
    const [keyPair] = request.keyPairs
    return read('DescribeKeyPairs', {
      ...common,
      KeyPairName: keyPair?.by === 'name' ? keyPair.name : '',
      PageSize: 50,
    })
  }
  const { namePrefix, pageSize } = request
  return read('DescribeKeyPairs', {
    ...common,
    KeyPairName: prefixPattern.test(namePrefix) ? `${namePrefix}*` : undefined,
    PageSize: pageSize,
  })
}

export function importKeyPair(request: ImportKeyPairRequest): WireRequest {
  return change('ImportKeyPair', { KeyPairName: request.name, PublicKeyBody: request.publicKey, ...metadata(request) })
}

export function createKeyPair(request: CreateKeyPairRequest): WireRequest {
  return change('CreateKeyPair', { KeyPairName: request.name, ...metadata(request) })
}

/** The id of a key pair as a resource is its name (github.com/aliyun/terraform-provider-alicloud, SetResourceTags). */
const resource = ({ name }: KeyPair): Parameters => ({ ResourceType: 'keypair', ResourceId: [name] })

export function tagResources(keyPair: KeyPair, tags: Tags): WireRequest {
  return change('TagResources', { ...resource(keyPair), Tag: tagList(tags) })
}

export function untagResources(keyPair: KeyPair, keys: readonly string[]): WireRequest {
  return change('UntagResources', { ...resource(keyPair), TagKey: keys })
}

export function joinResourceGroup(keyPair: KeyPair, group: string): WireRequest {
  return change('JoinResourceGroup', { ResourceType: 'keypair', ResourceId: keyPair.name, ResourceGroupId: group })
}

export function deleteKeyPair({ name }: KeyPair): WireRequest {
  return change('DeleteKeyPairs', { KeyPairNames: JSON.stringify([name]) })
}

export function changeKey(
  action: 'AttachKeyPair' | 'DetachKeyPair',
  { keyPair, instanceIds }: ChangeKeyRequest,
): WireRequest {
  const KeyPairName = keyPair.by === 'name' ? keyPair.name : ''
  // A text that holds a JSON array. A list would become InstanceIds.1, which the cloud doesn't read.
  return { ...change(action, { KeyPairName, InstanceIds: JSON.stringify(instanceIds) }), instanceIds }
}

/** With MaxResults the list is paged by token. */
export function describeInstances(request: DescribeInstancesRequest): WireRequest {
  return read('DescribeInstances', { ...instanceFilter(request), MaxResults: 100, NextToken: request.cursor })
}

function instanceFilter(request: DescribeInstancesRequest): Parameters {
  switch (request.kind) {
    case 'exact':
      return { InstanceIds: JSON.stringify(request.instanceIds) }
    case 'bound-to':
      return { KeyPairName: request.keyPair.name }
    case 'bound':
      return {}
  }
}

// By default one instance that is refused undoes the call for all of them.
const each = { BatchOptimization: 'SuccessFirst' }

/** The other mode, StopCharging, gives the capacity away, and may be the account's default. */
export function stopInstances({ instanceIds, force }: PowerRequest): WireRequest {
  const parameters = { InstanceId: instanceIds, ForceStop: force, StoppedMode: 'KeepCharging', ...each }
  return { ...change('StopInstances', parameters), instanceIds }
}

export function startInstances({ instanceIds }: PowerRequest): WireRequest {
  return { ...change('StartInstances', { InstanceId: instanceIds, ...each }), instanceIds }
}

export function rebootInstances({ instanceIds, force }: PowerRequest): WireRequest {
  return { ...change('RebootInstances', { InstanceId: instanceIds, ForceReboot: force, ...each }), instanceIds }
}
