import type { KeyPair, Tags } from '@cloud-keypair/core'
import type {
  ChangeKeyRequest,
  CreateKeyPairRequest,
  DescribeInstancesRequest,
  DescribeKeyPairsRequest,
  ImportKeyPairRequest,
  KeyPairHandle,
  Metadata,
  PowerRequest,
} from '@cloud-keypair/core/driver'
import type { FormParameters, VendorRequest } from '@cloud-keypair/core/http'

/** The part of the vendor's API that a signature is for. */
export interface Api {
  readonly service: string
  readonly version: string
}

/** One action with its parameters. */
export interface WireRequest extends VendorRequest {
  /** Default: ECS. */
  readonly api?: Api
  readonly parameters: FormParameters
}

function read(action: string, parameters: FormParameters): WireRequest {
  return { action, mutating: false, parameters }
}

// ClientToken is a parameter of every action that changes anything: the pages of the key pair actions, StartInstances
// (101068) and StopInstances (101067); CreateTags and DeleteTags by github.com/volcengine/volcengine-python-sdk.
function change(action: string, token: string, parameters: FormParameters): WireRequest {
  return { action, mutating: true, parameters: { ...parameters, ClientToken: token } }
}

function changeInstances(
  action: string,
  token: string,
  instanceIds: readonly string[],
  more: FormParameters,
): WireRequest {
  return { ...change(action, token, { ...more, InstanceIds: instanceIds }), items: instanceIds }
}

const namesOf = (handles: readonly KeyPairHandle[]): readonly string[] =>
  handles.flatMap((handle) => (handle.by === 'name' ? [handle.name] : []))
const idsOf = (handles: readonly KeyPairHandle[]): readonly string[] =>
  handles.flatMap((handle) => (handle.by === 'id' ? [handle.id] : []))

const tagList = (tags: Tags): readonly FormParameters[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const metadata = ({ description, tags, group }: Metadata): FormParameters => ({
  Description: description,
  ProjectName: group,
  Tags: tagList(tags),
})

/** Returns the parameter that names a key pair, for actions that accept an id or a name. */
function reference(keyPair: KeyPair): FormParameters {
  return keyPair.id === undefined ? { KeyPairName: keyPair.name } : { KeyPairId: keyPair.id }
}

// DescribeInstances takes 10 tag keys (docs.byteplus.com/en/docs/ecs/DescribeInstances); no page says it of this action.
const maxTagFilters = 10

/**
 * Makes a DescribeKeyPairs (volcengine.com/docs/6396/120446; the tag filters by
 * github.com/volcengine/volcengine-go-sdk).
 */
export function describeKeyPairs(request: DescribeKeyPairsRequest): WireRequest {
  if (request.kind === 'exact') {
    return read('DescribeKeyPairs', {
      KeyPairNames: namesOf(request.keyPairs),
      KeyPairIds: idsOf(request.keyPairs),
      MaxResults: request.keyPairs.length,
      NextToken: request.cursor,
    })
  }
  // No page says how an empty value filters, and a filter must not lose a key pair.
  const filters = Object.entries(request.tags).filter(([, value]) => value !== '')
  return read('DescribeKeyPairs', {
    // Matched fuzzily, which holds for what starts with it whatever "fuzzy" means.
    KeyPairName: request.namePrefix === '' ? undefined : request.namePrefix,
    FingerPrint: request.md5Fingerprint,
    TagFilters: filters.slice(0, maxTagFilters).map(([Key, value]) => ({ Key, Values: [value] })),
    ProjectName: request.group,
    MaxResults: request.pageSize,
    NextToken: request.cursor,
  })
}

/** Makes an ImportKeyPair (volcengine.com/docs/6396/120444). */
export function importKeyPair(request: ImportKeyPairRequest, token: string): WireRequest {
  return change('ImportKeyPair', token, {
    KeyPairName: request.name,
    PublicKey: request.publicKey,
    ...metadata(request),
  })
}

/** Makes a CreateKeyPair (volcengine.com/docs/6396/120445). */
export function createKeyPair(request: CreateKeyPairRequest, token: string): WireRequest {
  return change('CreateKeyPair', token, { KeyPairName: request.name, ...metadata(request) })
}

/**
 * Makes a ModifyKeyPairAttribute (volcengine.com/docs/6396/120449). The description is required; an empty text clears
 * it.
 */
export function modifyKeyPair(keyPair: KeyPair, description: string, token: string): WireRequest {
  return change('ModifyKeyPairAttribute', token, { ...reference(keyPair), Description: description })
}

/**
 * Makes a CreateTags (volcengine.com/docs/6396/130886). The page names no key pairs; the resource type `keypair` and
 * its id as resource id are what github.com/volcengine/terraform-provider-volcengine sends.
 */
export function createTags(id: string, tags: Tags, token: string): WireRequest {
  return change('CreateTags', token, { ResourceType: 'keypair', ResourceIds: [id], Tags: tagList(tags) })
}

/** Makes a DeleteTags (volcengine.com/docs/6396/130887), with the resource as in {@link createTags}. */
export function deleteTags(id: string, keys: readonly string[], token: string): WireRequest {
  return change('DeleteTags', token, { ResourceType: 'keypair', ResourceIds: [id], TagKeys: keys })
}

/** Makes a DeleteKeyPairs (volcengine.com/docs/6396/120513), which accepts names only. */
export function deleteKeyPairs(keyPairs: readonly KeyPair[], token: string): WireRequest {
  return change('DeleteKeyPairs', token, { KeyPairNames: keyPairs.map(({ name }) => name) })
}

/** Makes an AttachKeyPair or DetachKeyPair (volcengine.com/docs/6396/120451 and 120450). */
export function changeKey(
  action: 'AttachKeyPair' | 'DetachKeyPair',
  { keyPair, instanceIds }: ChangeKeyRequest,
  token: string,
): WireRequest {
  const named = keyPair.by === 'id' ? { KeyPairId: keyPair.id } : { KeyPairName: keyPair.name }
  return changeInstances(action, token, instanceIds, named)
}

/**
 * Makes a DescribeInstances (docs.byteplus.com/en/docs/ecs/DescribeInstances), which filters by name only, and returns
 * at most 100.
 */
export function describeInstances(request: DescribeInstancesRequest): WireRequest {
  const MaxResults = 100
  return read('DescribeInstances', { ...instanceFilter(request), MaxResults, NextToken: request.cursor })
}

function instanceFilter(request: DescribeInstancesRequest): FormParameters {
  switch (request.kind) {
    case 'exact':
      return { InstanceIds: request.instanceIds }
    case 'bound-to':
      return { KeyPairName: request.keyPair.name }
    case 'bound':
      return {}
  }
}

/**
 * Makes a StopInstances (volcengine.com/docs/6396/101067). The default of StoppedMode depends on the account, and the
 * other mode gives the capacity away.
 */
export function stopInstances({ instanceIds, force }: PowerRequest, token: string): WireRequest {
  return changeInstances('StopInstances', token, instanceIds, { StoppedMode: 'KeepCharging', ForceStop: force })
}

/** Makes a StartInstances (volcengine.com/docs/6396/101068). */
export function startInstances({ instanceIds }: PowerRequest, token: string): WireRequest {
  return changeInstances('StartInstances', token, instanceIds, {})
}

/** Makes a RebootInstances (docs.byteplus.com/en/docs/ecs/RebootInstances). */
export function rebootInstances({ instanceIds, force }: PowerRequest, token: string): WireRequest {
  return changeInstances('RebootInstances', token, instanceIds, { ForceStop: force })
}
