import type { Tags } from '@cloud-keypair/core'
import type { KeyPairHandle } from '@cloud-keypair/core/driver'

/** One action with its parameters, as they are sent. */
export interface FormRequest {
  readonly action: string
  readonly mutating: boolean
  readonly parameters: Readonly<Record<string, string>>
}

type Filter = readonly [name: string, values: readonly string[]]

/** Takes the meaning of wildcards from a value of a filter. */
function exactly(value: string): string {
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`)
}

function filtersOf(filters: readonly Filter[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    filters.flatMap(([name, values], index) => {
      const filter = `Filter.${index + 1}`
      return [
        [`${filter}.Name`, name] as const,
        ...values.map((value, at) => [`${filter}.Value.${at + 1}`, value] as const),
      ]
    }),
  )
}

/** Reads all key pairs, or those that the filter names: a filter leaves missing ones out, a parameter is refused for them. */
export function describeKeyPairs(filters: readonly Filter[] = []): FormRequest {
  return {
    action: 'DescribeKeyPairs',
    mutating: false,
    parameters: { IncludePublicKey: 'true', ...filtersOf(filters) },
  }
}

/** Returns the filters of a lookup, one for each call: two filters in one call have both to match. */
export function lookupFilters(keyPairs: readonly KeyPairHandle[]): readonly (readonly Filter[])[] {
  const names = keyPairs.flatMap((handle) => (handle.by === 'name' ? [exactly(handle.name)] : []))
  const ids = keyPairs.flatMap((handle) => (handle.by === 'id' ? [exactly(handle.id)] : []))
  const filters: readonly Filter[] = [
    ['key-pair-id', ids],
    ['key-name', names],
  ]
  return filters.filter(([, values]) => values.length > 0).map((filter) => [filter])
}

export function prefixFilter(prefix: string): readonly Filter[] {
  return prefix === '' ? [] : [['key-name', [`${exactly(prefix)}*`]]]
}

function tagParameters(prefix: string, tags: Tags): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value], index) => [
      [`${prefix}Tag.${index + 1}.Key`, key],
      [`${prefix}Tag.${index + 1}.Value`, value],
    ]),
  )
}

function newTags(tags: Tags): Readonly<Record<string, string>> {
  if (Object.keys(tags).length === 0) return {}
  return {
    'TagSpecification.1.ResourceType': 'key-pair',
    ...tagParameters('TagSpecification.1.', tags),
  }
}

export function importKeyPair(name: string, publicKey: string, tags: Tags): FormRequest {
  const material = Buffer.from(publicKey).toString('base64')
  const parameters = { KeyName: name, PublicKeyMaterial: material, ...newTags(tags) }
  return { action: 'ImportKeyPair', mutating: true, parameters }
}

export function createKeyPair(name: string, tags: Tags): FormRequest {
  return { action: 'CreateKeyPair', mutating: true, parameters: { KeyName: name, ...newTags(tags) } }
}

export function deleteKeyPair(id: string): FormRequest {
  return { action: 'DeleteKeyPair', mutating: true, parameters: { KeyPairId: id } }
}

export function createTags(id: string, tags: Tags): FormRequest {
  return { action: 'CreateTags', mutating: true, parameters: { 'ResourceId.1': id, ...tagParameters('', tags) } }
}

export function deleteTags(id: string, keys: readonly string[]): FormRequest {
  const tags = Object.fromEntries(keys.map((key, index) => [`Tag.${index + 1}.Key`, key]))
  return { action: 'DeleteTags', mutating: true, parameters: { 'ResourceId.1': id, ...tags } }
}

// Terminated instances stay listed for up to an hour.
const alive: Filter = ['instance-state-name', ['pending', 'running', 'stopping', 'stopped', 'shutting-down']]

export function describeInstances(filters: readonly Filter[], cursor: string | undefined): FormRequest {
  const parameters = {
    MaxResults: '100',
    ...filtersOf([alive, ...filters]),
    ...(cursor !== undefined && { NextToken: cursor }),
  }
  return { action: 'DescribeInstances', mutating: false, parameters }
}

export function launchedWith(name: string): readonly Filter[] {
  return [['key-name', [exactly(name)]]]
}

export function instancesOf(ids: readonly string[]): readonly Filter[] {
  return [['instance-id', ids]]
}
