import type { Tags } from '@cloud-keypair/core'
import type { DescribeInstancesRequest, KeyPairHandle } from '@cloud-keypair/core/driver'
import type { FormParameter, FormParameters, VendorRequest } from '@cloud-keypair/core/http'

/** One action with its parameters, the version of the API among them. */
export interface WireRequest extends VendorRequest {
  readonly service: 'ec2' | 'sts'
  readonly parameters: FormParameters
}

/** `GetCallerIdentity` of the service model of STS: botocore/data/sts/2011-06-15 in github.com/boto/botocore. */
export const getCallerIdentity: WireRequest = {
  service: 'sts',
  action: 'GetCallerIdentity',
  mutating: false,
  parameters: { Version: '2011-06-15' },
}

/** A condition of a read: one of the values matches. Of several filters, each has to match. */
export type Filter = Readonly<{ Name: string; Value: readonly string[] }>

/** Takes the meaning of wildcards from a value of a filter. */
function exactly(value: string): string {
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`)
}

const Version = '2016-11-15'

function read(action: string, parameters: FormParameters): WireRequest {
  return { service: 'ec2', action, mutating: false, parameters: { Version, ...parameters } }
}

function change(action: string, parameters: FormParameters): WireRequest {
  return { service: 'ec2', action, mutating: true, parameters: { Version, ...parameters } }
}

/** Reads all key pairs, or those that match: a filter leaves missing ones out, a parameter is refused for them. */
export function describeKeyPairs(filters: readonly Filter[]): WireRequest {
  return read('DescribeKeyPairs', { IncludePublicKey: 'true', Filter: filters })
}

/** Returns the filters of a lookup, one for each call: two filters in one call have both to match. */
export function lookupFilters(keyPairs: readonly KeyPairHandle[]): readonly Filter[] {
  const names = keyPairs.flatMap((handle) => (handle.by === 'name' ? [exactly(handle.name)] : []))
  const ids = keyPairs.flatMap((handle) => (handle.by === 'id' ? [exactly(handle.id)] : []))
  const filters: readonly Filter[] = [
    { Name: 'key-pair-id', Value: ids },
    { Name: 'key-name', Value: names },
  ]
  return filters.filter(({ Value }) => Value.length > 0)
}

/** Returns the filter of names that begin with a text. */
export function prefixFilters(prefix: string): readonly Filter[] {
  return prefix === '' ? [] : [{ Name: 'key-name', Value: [`${exactly(prefix)}*`] }]
}

function tagList(tags: Tags): readonly FormParameter[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

function newTags(tags: Tags): readonly FormParameter[] {
  const list = tagList(tags)
  return list.length === 0 ? [] : [{ ResourceType: 'key-pair', Tag: list }]
}

export function importKeyPair(name: string, publicKey: string, tags: Tags): WireRequest {
  const material = Buffer.from(publicKey).toString('base64')
  return change('ImportKeyPair', { KeyName: name, PublicKeyMaterial: material, TagSpecification: newTags(tags) })
}

export function createKeyPair(name: string, tags: Tags): WireRequest {
  return change('CreateKeyPair', { KeyName: name, TagSpecification: newTags(tags) })
}

export function deleteKeyPair(id: string): WireRequest {
  return change('DeleteKeyPair', { KeyPairId: id })
}

export function createTags(id: string, tags: Tags): WireRequest {
  return change('CreateTags', { ResourceId: [id], Tag: tagList(tags) })
}

export function deleteTags(id: string, keys: readonly string[]): WireRequest {
  return change('DeleteTags', { ResourceId: [id], Tag: keys.map((Key) => ({ Key })) })
}

// Terminated instances stay listed for up to an hour.
const alive: Filter = {
  Name: 'instance-state-name',
  Value: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'],
}

/** Reads instances by their ids, by the name of the key pair that they were launched with, or all of them. */
export function describeInstances(request: DescribeInstancesRequest): WireRequest {
  const page = { MaxResults: '100', ...(request.cursor !== undefined && { NextToken: request.cursor }) }
  return read('DescribeInstances', { ...page, Filter: [alive, ...instanceFilters(request)] })
}

function instanceFilters(request: DescribeInstancesRequest): readonly Filter[] {
  switch (request.kind) {
    case 'exact':
      return [{ Name: 'instance-id', Value: request.instanceIds }]
    case 'bound-to':
      return [{ Name: 'key-name', Value: [exactly(request.keyPair.name)] }]
    case 'bound':
      return []
  }
}
