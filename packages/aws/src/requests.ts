import type { Tags } from '@cloud-keypair/core'
import type { KeyPairHandle } from '@cloud-keypair/core/driver'
import type { FormParameter, FormParameters, VendorRequest } from '@cloud-keypair/core/http'

/** A service of the cloud, and the version of its API. */
interface Api {
  readonly service: 'ec2' | 'sts'
  readonly version: string
}

const ec2: Api = { service: 'ec2', version: '2016-11-15' }

/** One action with its parameters. */
export interface WireRequest extends VendorRequest {
  readonly api: Api
  readonly parameters: FormParameters
}

/** `GetCallerIdentity` of the service model of STS: botocore/data/sts/2011-06-15 in github.com/boto/botocore. */
export const getCallerIdentity: WireRequest = {
  api: { service: 'sts', version: '2011-06-15' },
  action: 'GetCallerIdentity',
  mutating: false,
  parameters: {},
}

/** A condition of a read: one of the values matches. Of several filters, each has to match. */
export interface Filter {
  readonly [name: string]: FormParameter
  readonly Name: string
  readonly Value: readonly string[]
}

/** Takes the meaning of wildcards from a value of a filter. */
function exactly(value: string): string {
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`)
}

function read(action: string, parameters: FormParameters): WireRequest {
  return { api: ec2, action, mutating: false, parameters }
}

function change(action: string, parameters: FormParameters): WireRequest {
  return { api: ec2, action, mutating: true, parameters }
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

/** Returns the filter of instances that were launched with a key pair. */
export function launchFilter(keyName: string): Filter {
  return { Name: 'key-name', Value: [exactly(keyName)] }
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

export function describeInstances(filters: readonly Filter[], cursor: string | undefined): WireRequest {
  const page = { MaxResults: '100', ...(cursor !== undefined && { NextToken: cursor }) }
  return read('DescribeInstances', { ...page, Filter: [alive, ...filters] })
}
