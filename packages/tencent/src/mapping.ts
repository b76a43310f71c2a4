import type { KeyPair, PowerState } from '@cloud-keypair/core'
import { type InstanceRecord, type ItemVerdict, type Page, pageCursors } from '@cloud-keypair/core/driver'
import { keyPairFrom, scrub, sentence } from '@cloud-keypair/core/http'
import type { PagePosition } from './requests.js'
import type { WireInstance, WireKeyPair, WirePage } from './schemas.js'

type Secrets = readonly (string | undefined)[]

/** Maps a key pair of a list. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  return keyPairFrom({
    id: wire.KeyId,
    name: wire.KeyName,
    publicKey: wire.PublicKey,
    description: wire.Description,
    tags: wire.Tags && Object.fromEntries(wire.Tags.map(({ Key, Value }) => [Key, Value])),
    group: wire.ProjectId?.toString(),
    createdAt: wire.CreatedTime,
  })
}

// The other states are PENDING, LAUNCH_FAILED, SHUTDOWN, TERMINATING and those of a rescue (DescribeInstances).
const powers: ReadonlyMap<string, PowerState> = new Map<string, PowerState>([
  ['RUNNING', 'running'],
  ['STOPPED', 'stopped'],
  ['STARTING', 'starting'],
  ['STOPPING', 'stopping'],
  ['REBOOTING', 'rebooting'],
])

/** Returns the operation that failed: by the id of its request, as that of an earlier one may be shown still. */
function failedTaskOf(wire: WireInstance, secrets: Secrets): InstanceRecord['failedTask'] {
  const { LatestOperationState: state, LatestOperationRequestId: id, LatestOperationErrorMsg: said } = wire
  if (state !== 'FAILED' || !id) return undefined
  const vendor = { requestId: scrub(id, secrets), ...(said && { message: scrub(said, secrets) }) }
  const message = sentence(vendor.message ?? '') || 'the cloud accepted the operation, and did not carry it out'
  return { id, failure: { code: 'unknown', message, transient: false, vendor } }
}

/** Maps an instance. */
export function instanceOf(wire: WireInstance, secrets: Secrets): InstanceRecord {
  const failedTask = failedTaskOf(wire, secrets)
  const [keyPair, ...alsoBound] = (wire.LoginSettings?.KeyIds ?? []).map((id) => ({ id }))
  return {
    id: wire.InstanceId,
    power: powers.get(wire.InstanceState ?? '') ?? 'other',
    ...(keyPair && { keyPair }),
    ...(alsoBound.length > 0 && { alsoBound }),
    ...(wire.LatestOperationState === 'OPERATING' && { isChanging: true }),
    ...(failedTask && { failedTask }),
    // AssociateInstancesKeyPairs refuses it: UnsupportedOperation.InstanceOsWindows.
    ...(/windows/i.test(wire.OsName ?? '') && { unsupported: 'Windows takes no key pairs' }),
  }
}

/**
 * Makes a page of a list that is paged by offset. The total tells where the pages after the next one begin, unless this one
 * has fewer items than it was asked for.
 */
export function pageOf<Wire, T>(
  { items, total }: WirePage<Wire>,
  { Offset, Limit }: PagePosition,
  map: (wire: Wire) => T,
): Page<T> {
  const next = Offset + items.length
  const page = { items: items.map(map), total }
  if (next >= total || items.length === 0) return page
  return { ...page, ...(items.length < Limit ? { cursor: String(next) } : pageCursors(next, total - 1, Limit)) }
}

/** Returns the verdicts of a call that was taken: it changes all of its items or none. */
export function allOk(ids: readonly string[], more: { readonly task?: string } = {}): readonly ItemVerdict[] {
  return ids.map((id) => ({ id, ok: true, ...more }))
}
