import {
  type AttachOptions,
  type Batch,
  type ChangeKeyRequest,
  type CreateOptions,
  type DeleteItem,
  type InstanceBatch,
  type InstanceItem,
  type KeyPair,
  type KeyPairError,
  type NewKeyPair,
  type Outcome,
  parsePublicKey,
  type PowerRequest,
  type Result,
  type StoredKeyPair,
  type UpdateOptions,
} from '@cloud-keypair/core'
import type { Effect, KnownKeyPair } from './effects.js'

// What each operation declares that it did, by its own answer: the effects of a success are certain, those of an
// unknown outcome possible, and an outcome of `none` declares that nothing happened.

const none: readonly Effect[] = []

/** How certain an effect is by an outcome; undefined where there is none. */
function certainty(result: Result<unknown, { readonly outcome: Outcome }>): boolean | undefined {
  if (result.isOk()) return true
  return result.error.outcome === 'none' ? undefined : false
}

/** Of `import` and `createInCloud`. */
export function declaredByNew(
  { name, description, tags, group }: NewKeyPair,
  publicKey: string | undefined,
  result: Result<KeyPair, KeyPairError>,
): readonly Effect[] {
  const certain = certainty(result)
  // A `conflict` says that the cloud recorded another key than the one that was sent.
  const recorded = result.isErr() && result.error.code === 'conflict' ? undefined : lineOf(publicKey)
  return certain === undefined
    ? none
    : [{ kind: 'adds', name, keyPair: { publicKey: recorded, description, tags, group }, certain }]
}

/** Of `create`, which may find that what it would put there is there already, where it goes on from a saved key. */
export function declaredByCreate(
  options: CreateOptions,
  result: Result<StoredKeyPair, KeyPairError>,
): readonly Effect[] {
  const effects = declaredByNew(options, result.isOk() ? result.value.publicKey : undefined, result)
  return options.save.load === undefined ? effects : effects.map((effect) => ({ ...effect, certain: false }))
}

/** A key as worlds show it: type and base64. */
export function lineOf(publicKey: string | undefined): string | undefined {
  return publicKey === undefined
    ? undefined
    : parsePublicKey(publicKey).match(
        (key) => key.line,
        () => undefined,
      )
}

/** Of `update`. */
export function declaredByUpdate(
  name: string | undefined,
  asked: UpdateOptions,
  result: Result<KeyPair, KeyPairError>,
): readonly Effect[] {
  const certain = certainty(result)
  if (name === undefined || certain === undefined) return none
  return [{ kind: 'changes', name, change: certain ? updated(asked) : blurred(asked), certain }]
}

/** A key pair after an update that was made. */
export function updated({ description, tags, group }: UpdateOptions): (known: KnownKeyPair) => KnownKeyPair {
  return (known) => ({
    ...known,
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags: known.tags && merged(known.tags, tags) }),
    ...(group !== undefined && { group }),
  })
}

/** Of an update that came to no definite end, each field that was asked for may be anything. */
export function blurred({ description, tags, group }: UpdateOptions): (known: KnownKeyPair) => KnownKeyPair {
  return (known) => ({
    ...known,
    ...(description !== undefined && { description: undefined }),
    ...(tags !== undefined && { tags: undefined }),
    ...(group !== undefined && { group: undefined }),
  })
}

function merged(
  before: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const after = new Map<string, string | null>([...Object.entries(before), ...Object.entries(change)])
  return Object.fromEntries([...after].flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])))
}

/** Of `attach` and `detach`, with or without a restart. */
export function declaredByChange(
  bound: string | null,
  takeEffect: AttachOptions['takeEffect'],
  result: Result<InstanceBatch, KeyPairError<InstanceBatch>>,
): readonly Effect[] {
  const leftStopped = batchIn(result)?.leftStopped ?? []
  return [
    ...declaredOfInstances(bound, itemsOf(result) ?? [], takeEffect),
    ...leftStopped.map((instanceId) => ({ kind: 'leaves', instanceId, power: 'stopped' }) as const),
  ]
}

/** Of each instance, by what is said of it. */
export function declaredOfInstances(
  bound: string | null,
  items: readonly (InstanceItem | DeleteItem)[],
  takeEffect?: AttachOptions['takeEffect'],
): readonly Effect[] {
  return items.flatMap((item): readonly Effect[] => {
    const effect = { kind: 'binds', instanceId: item.id, to: bound } as const
    const restarted = takeEffect === 'now' ? restartOf(item) : none
    if (item.status === 'succeeded') return [{ ...effect, certain: true }, ...restarted]
    switch (item.error.outcome) {
      case 'none':
        return restarted
      case 'partial':
        return [{ ...effect, certain: true }, ...restarted]
      case 'unknown':
        return [{ ...effect, certain: false }, ...restarted]
    }
  })
}

function restartOf(item: InstanceItem | DeleteItem): readonly Effect[] {
  const restarts = { kind: 'restarts', instanceId: item.id } as const
  if (item.status !== 'succeeded') return [{ ...restarts, certain: false }]
  return 'effect' in item && item.effect === 'now' ? [{ ...restarts, certain: true }] : none
}

/** Of a driver's attach or detach, whose answer is not asked: what it may do. */
export function possibleByChange({ instanceIds }: ChangeKeyRequest, bound: string | null): readonly Effect[] {
  return instanceIds.map((instanceId) => ({ kind: 'binds', instanceId, to: bound, certain: false }))
}

/** Of a driver's stop, start or reboot: what it may do. */
export function possibleByPower({ instanceIds }: PowerRequest): readonly Effect[] {
  return instanceIds.map((instanceId) => ({ kind: 'restarts', instanceId, certain: false }))
}

function batchIn<B extends Batch<InstanceItem>>(result: Result<B, KeyPairError<B>>): B | undefined {
  if (result.isOk()) return result.value
  return result.error.code === 'incomplete' ? result.error.details.batch : undefined
}

/** The items of a batch, complete or not; undefined where nothing was done. */
export function itemsOf<Item extends InstanceItem | DeleteItem>(
  result: Result<Batch<Item>, KeyPairError<Batch<Item>>>,
): readonly Item[] | undefined {
  if (result.isOk()) return result.value.items
  return result.error.code === 'incomplete' ? result.error.details.batch.items : undefined
}
