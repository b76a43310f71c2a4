import type { KeyPair } from '@cloud-keypair/core'
import type {
  ChangeKeyRequest,
  CreateKeyPairRequest,
  DescribeInstancesRequest,
  DescribeKeyPairsRequest,
  ImportKeyPairRequest,
  KeyPairHandle,
} from '@cloud-keypair/core/driver'
import type { WireRequest } from '../request.js'

// The vendor has no client for ENS on npm. The names are those on the wire, from the pages of the actions at
// www.alibabacloud.com/help/en/ens/developer-reference: api-ens-2017-11-10-attachkeypair.

type Parameters = WireRequest['parameters']

function read(action: string, parameters: Parameters): WireRequest {
  return { action, mutating: false, parameters }
}

function change(action: string, parameters: Parameters): WireRequest {
  return { action, mutating: true, parameters }
}

/** Returns the id or the name, never both: no page says which of the two counts. */
function reference(handle: KeyPairHandle): Parameters {
  return handle.by === 'id' ? { KeyPairId: handle.id } : { KeyPairName: handle.name }
}

/** Makes a DescribeKeyPairs. The only filters are one id or one name; no page says if a name may have wildcards. */
export function describeKeyPairs(request: DescribeKeyPairsRequest): WireRequest {
  const PageNumber = request.cursor ?? '1'
  if (request.kind === 'list') return read('DescribeKeyPairs', { PageNumber, PageSize: String(request.pageSize) })
  const [keyPair] = request.keyPairs
  return read('DescribeKeyPairs', { ...(keyPair && reference(keyPair)), PageNumber, PageSize: '10' })
}

export function importKeyPair({ name, publicKey }: ImportKeyPairRequest): WireRequest {
  return change('ImportKeyPair', { KeyPairName: name, PublicKeyBody: publicKey })
}

export function createKeyPair({ name }: CreateKeyPairRequest): WireRequest {
  return change('CreateKeyPair', { KeyPairName: name })
}

export function deleteKeyPair({ id, name }: KeyPair): WireRequest {
  return change('DeleteKeyPairs', reference(id === undefined ? { by: 'name', name } : { by: 'id', id }))
}

export function changeKey(
  action: 'AttachKeyPair' | 'DetachKeyPair',
  { keyPair, instanceIds }: ChangeKeyRequest,
): WireRequest {
  // A text that holds a JSON array.
  return { ...change(action, { ...reference(keyPair), InstanceIds: JSON.stringify(instanceIds) }), items: instanceIds }
}

/** Makes a DescribeInstances. There is no filter by key pair: all instances are read to find its users. */
export function describeInstances(request: DescribeInstancesRequest): WireRequest {
  const InstanceIds = request.kind === 'exact' ? JSON.stringify(request.instanceIds) : undefined
  return read('DescribeInstances', { InstanceIds, PageNumber: request.cursor ?? '1', PageSize: '100' })
}

/** Makes a power action for one instance. The actions for several are in the vendor's clients, but on no page. */
export function changePower(
  action: 'StopInstance' | 'StartInstance' | 'RebootInstance',
  instanceId: string,
  force: boolean,
): WireRequest {
  const ForceStop = action === 'StartInstance' ? undefined : String(force)
  return { ...change(action, { InstanceId: instanceId, ForceStop }), items: [instanceId] }
}
