import type {
  Batch,
  DeletedItem,
  DeleteItem,
  DeleteManyOptions,
  DeleteOptions,
  KeyPairError,
  KeyPairReference,
  Result,
} from '@cloud-keypair/core'
import { declaredOfInstances, itemsOf, lineOf } from './claimed-effects.js'
import type { Effect } from './effects.js'

// The effects that the answers of deletes declare, including the detaches before them.

/** The input of a delete. */
interface Doomed {
  readonly name: string
  /** The public key that was given, if any. */
  readonly publicKey?: string | undefined
  /** True if the delete may detach the key pair first. */
  readonly detaches: boolean
}

/** The name that a reference stands for. */
export type NameOf = (keyPair: KeyPairReference) => string | undefined

/** Returns the effects of `delete`, whose batch is one of key pairs if several have the key, and else one of instances. */
export function declaredByDelete(
  keyPair: KeyPairReference,
  nameOf: NameOf,
  { publicKey, ifInUse }: DeleteOptions,
  result: Result<DeletedItem, KeyPairError>,
  isInstance: (id: string) => boolean,
): readonly Effect[] {
  const name = nameOf(keyPair)
  if (name === undefined) return []
  const doomed = { name, publicKey: lineOf(publicKey), detaches: ifInUse === 'detach' }
  const every = publicKey !== undefined && keyPair.id === undefined
  if (result.isOk()) return ofDeleted(doomed, result.value, every)
  const { error } = result
  if (error.code !== 'incomplete') return ofFailed(doomed, error)
  const items: Batch<DeleteItem>['items'] = error.details.batch.items
  if (items.some(({ id }) => isInstance(id))) return ofFailed(doomed, error)
  return items.flatMap((item) => (item.status === 'succeeded' ? ofDeleted(doomed, item) : ofFailed(doomed, item.error)))
}

/** Returns the declared effects of `deleteMany`, once for each key pair. */
export function declaredByDeleteMany(
  keyPairs: readonly KeyPairReference[],
  { ifInUse }: DeleteManyOptions,
  nameOf: NameOf,
  result: Result<Batch<DeleteItem>, KeyPairError<Batch<DeleteItem>>>,
): readonly Effect[] {
  const effects = new Map<string, readonly Effect[]>()
  for (const [index, item] of (itemsOf(result) ?? []).entries()) {
    const keyPair = keyPairs[index]
    const name = keyPair && nameOf(keyPair)
    if (name === undefined) continue
    const doomed = { name, detaches: ifInUse === 'detach' }
    effects.set(item.id, item.status === 'succeeded' ? ofDeleted(doomed, item) : ofFailed(doomed, item.error))
  }
  return [...effects.values()].flat()
}

function ofDeleted({ name, publicKey, detaches }: Doomed, item: DeletedItem, every = false): readonly Effect[] {
  const { changed, detached = [] } = item
  return [
    ...(detaches ? declaredOfInstances(null, detached) : []),
    ...(changed ? [{ kind: 'removes', name, publicKey, every, certain: true } as const] : []),
  ]
}

/** Returns the effects of a failed delete. If its batch has instances, a detach failed, and nothing was deleted. */
function ofFailed({ name, publicKey, detaches }: Doomed, error: KeyPairError): readonly Effect[] {
  if (error.code === 'incomplete') return detaches ? declaredOfInstances(null, error.details.batch.items) : []
  if (error.outcome === 'none') return []
  const released = detaches ? [{ kind: 'releases', name } as const] : []
  return error.outcome === 'partial' ? released : [...released, { kind: 'removes', name, publicKey, certain: false }]
}
