import type { Tags } from '@cloud-keypair/core'
import type { ChangeKeyRequest, Metadata, PowerRequest } from '@cloud-keypair/core/driver'
import type { JsonRequest } from '@cloud-keypair/core/http'

/** A service of the cloud, and the version of its API. */
interface Api {
  readonly service: 'cvm' | 'sts'
  readonly version: string
}

const cvm: Api = { service: 'cvm', version: '2017-03-12' }

/** One action with its parameters. */
export interface WireRequest extends JsonRequest {
  readonly api: Api
}

/** `tencentcloud/sts/v20180813` of the vendor's SDK for Go. */
export const getCallerIdentity: WireRequest = {
  api: { service: 'sts', version: '2018-08-13' },
  action: 'GetCallerIdentity',
  mutating: false,
  parameters: {},
}

/** The part of a list that a call reads. */
export interface PagePosition {
  readonly Offset: number
  readonly Limit: number
}

function read(action: string, parameters: object): WireRequest {
  return { api: cvm, action, mutating: false, parameters }
}

function change(action: string, parameters: object, items?: readonly string[]): WireRequest {
  return { api: cvm, action, mutating: true, parameters, ...(items && { items }) }
}

export function listKeyPairs(page: PagePosition): WireRequest {
  return read('DescribeKeyPairs', page)
}

export function describeKeyPairs(ids: readonly string[], page: PagePosition): WireRequest {
  return read('DescribeKeyPairs', { KeyIds: ids, ...page })
}

export function findKeyPairs(names: readonly string[], page: PagePosition): WireRequest {
  return read('DescribeKeyPairs', { Filters: [{ Name: 'key-name', Values: names }], ...page })
}

/** Returns the fields of a new key pair. `ProjectId` is required; 0 is the default project. */
function newKeyPair(name: string, { tags, group }: Pick<Metadata, 'tags' | 'group'>): object {
  return { KeyName: name, ProjectId: Number(group ?? 0), ...tagSpecification(tags) }
}

function tagSpecification(tags: Tags): object {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return list.length === 0 ? {} : { TagSpecification: [{ ResourceType: 'keypair', Tags: list }] }
}

export function importKeyPair(name: string, publicKey: string, metadata: Metadata): WireRequest {
  return change('ImportKeyPair', { ...newKeyPair(name, metadata), PublicKey: publicKey })
}

export function createKeyPair(name: string, metadata: Metadata): WireRequest {
  return change('CreateKeyPair', newKeyPair(name, metadata))
}

export function describe(id: string, description: string): WireRequest {
  return change('ModifyKeyPairAttribute', { KeyId: id, Description: description })
}

export function deleteKeyPairs(ids: readonly string[]): WireRequest {
  return change('DeleteKeyPairs', { KeyIds: ids }, ids)
}

/** Never with `ForceStop`: it cuts the power of instances that run. */
export function changeKey(
  action: 'AssociateInstancesKeyPairs' | 'DisassociateInstancesKeyPairs',
  { keyPair, instanceIds }: ChangeKeyRequest,
): WireRequest {
  const id = keyPair.by === 'id' ? keyPair.id : keyPair.name
  return change(action, { InstanceIds: instanceIds, KeyIds: [id] }, instanceIds)
}

export function describeInstances(ids: readonly string[], page: PagePosition): WireRequest {
  return read('DescribeInstances', { InstanceIds: ids, ...page })
}

export function listInstances(page: PagePosition): WireRequest {
  return read('DescribeInstances', page)
}

/** A stop keeps charging, as an instance without charges takes no key pair. */
export function stopInstances({ instanceIds, force }: PowerRequest): WireRequest {
  const StopType = force ? 'HARD' : 'SOFT'
  return change('StopInstances', { InstanceIds: instanceIds, StopType, StoppedMode: 'KEEP_CHARGING' }, instanceIds)
}

export function startInstances({ instanceIds }: PowerRequest): WireRequest {
  return change('StartInstances', { InstanceIds: instanceIds }, instanceIds)
}

export function rebootInstances({ instanceIds, force }: PowerRequest): WireRequest {
  return change('RebootInstances', { InstanceIds: instanceIds, StopType: force ? 'HARD' : 'SOFT' }, instanceIds)
}
