import {
  type AttachOptions,
  type Batch,
  type CreateOptions,
  type DeleteItem,
  type InstanceBatch,
  type InstanceItem,
  type KeyPair,
  type KeyPairError,
  type NewKeyPair,
  type Outcome,
  parsePublicKey,
  type Result,
  type StoredKeyPair,
  type UpdateOptions,
} from '@cloud-keypair/core'
import type { ChangeKeyRequest, PowerRequest } from '@cloud-keypair/core/driver'
import type { Effect, KnownKeyPair } from './effects.js'

// The effects that the answer of each operation declares: certain for a success, possible for an unknown outcome, none for
// the outcome `none`.

const none: readonly Effect[] = []

/** True if the result makes an effect certain, false if the effect is possible. Undefined if there is no effect. */
function certainty(result: Result<unknown, { readonly outcome: Outcome }>): boolean | undefined {
  if (result.isOk()) return true
  return result.error.outcome === 'none' ? undefined : false
}

/** Returns the declared effects of `import` and `createInCloud`. */
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

/** Returns the declared effects of `create`. With a saved key, the key pair may exist from an earlier run. */
export function declaredByCreate(
  options: CreateOptions,
  result: Result<StoredKeyPair, KeyPairError>,
): readonly Effect[] {
  const effects = declaredByNew(options, result.isOk() ? result.value.publicKey : undefined, result)
  return options.save.load === undefined ? effects : effects.map((effect) => ({ ...effect, certain: false }))
}

/** Returns a key as worlds show it: type and base64. */
export function lineOf(publicKey: string | undefined): string | undefined {
  return publicKey === undefined
    ? undefined
    : parsePublicKey(publicKey).match(
        (key) => key.line,
        () => undefined,
      )
}

/** Returns the declared effects of `update`. */
export function declaredByUpdate(
  name: string | undefined,
  asked: UpdateOptions,
  result: Result<KeyPair, KeyPairError>,
): readonly Effect[] {
  const certain = certainty(result)
  if (name === undefined || certain === undefined) return none
  return [{ kind: 'changes', name, change: certain ? updated(asked) : blurred(asked), certain }]
}

/** Returns the change of a key pair by an update that succeeded. */
export function updated({ description, tags, group }: UpdateOptions): (known: KnownKeyPair) => KnownKeyPair {
  return (known) => ({
    ...known,
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags: known.tags && merged(known.tags, tags) }),
    ...(group !== undefined && { group }),
  })
}

/** Returns the change of a key pair by an update of unknown outcome: each given field may have any value. */
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

/** Returns the declared effects of `attach` and `detach`, with or without a restart. */
export function declaredByChange(
  bound: string | null,
  { takeEffect, mayCall }: Pick<AttachOptions, 'takeEffect' | 'mayCall'>,
  result: Result<InstanceBatch, KeyPairError<InstanceBatch>>,
): readonly Effect[] {
  const leftStopped = batchIn(result)?.leftStopped ?? []
  const items = itemsOf(result) ?? []
  if (mayCall !== undefined) {
    const others = items.filter(({ id }) => !leftStopped.includes(id))
    return [...declaredOfInstances(bound, others, takeEffect), ...leftStopped.flatMap((id) => cutOff(id, bound))]
  }
  return [
    ...declaredOfInstances(bound, items, takeEffect, leftStopped),
    ...leftStopped.map((instanceId) => ({ kind: 'leaves', instanceId, power: 'stopped' }) as const),
  ]
}

/**
 * Returns the possible effects on an instance that nobody repaired, as `mayCall` refused it. The last call that was allowed
 * may be a stop, the detach of the earlier key pair, the attach, or the start.
 */
function cutOff(instanceId: string, bound: string | null): readonly Effect[] {
  return [
    { kind: 'binds', instanceId, to: bound, certain: false },
    { kind: 'binds', instanceId, to: null, certain: false },
    { kind: 'restarts', instanceId, certain: false },
  ]
}

/** Returns the declared effects on each instance of a batch. */
export function declaredOfInstances(
  bound: string | null,
  items: readonly (InstanceItem | DeleteItem)[],
  takeEffect?: AttachOptions['takeEffect'],
  leftStopped: readonly string[] = [],
): readonly Effect[] {
  return items.flatMap((item): readonly Effect[] => {
    const effect = { kind: 'binds', instanceId: item.id, to: bound } as const
    const restarted = takeEffect === 'now' ? restartOf(item) : none
    if (item.status === 'succeeded') return [{ ...effect, certain: true }, ...restarted]
    switch (item.error.outcome) {
      case 'none':
        return restarted
      case 'partial':
        // The stop may be all that was changed.
        if (leftStopped.includes(item.id)) return [{ ...effect, certain: false }, ...restarted]
        return [{ ...effect, to: saysBare(item.error) ? null : bound, certain: true }, ...restarted]
      case 'unknown':
        return [{ ...effect, certain: false }, ...restarted]
    }
  })
}

/** True if an error says that the earlier key pair was detached and that no key pair is bound. */
function saysBare({ hint }: KeyPairError): boolean {
  return hint?.startsWith('No key pair is bound') === true
}

function restartOf(item: InstanceItem | DeleteItem): readonly Effect[] {
  const restarts = { kind: 'restarts', instanceId: item.id } as const
  if (item.status !== 'succeeded') return [{ ...restarts, certain: false }]
  return 'effect' in item && item.effect === 'now' ? [{ ...restarts, certain: true }] : none
}

/** Returns the possible effects of a driver's attach or detach, whatever its answer. */
export function possibleByChange({ instanceIds }: ChangeKeyRequest, bound: string | null): readonly Effect[] {
  return instanceIds.map((instanceId) => ({ kind: 'binds', instanceId, to: bound, certain: false }))
}

/** Returns the possible effects of a driver's stop, start or reboot. */
export function possibleByPower({ instanceIds }: PowerRequest): readonly Effect[] {
  return instanceIds.map((instanceId) => ({ kind: 'restarts', instanceId, certain: false }))
}

function batchIn<B extends Batch<InstanceItem>>(result: Result<B, KeyPairError<B>>): B | undefined {
  if (result.isOk()) return result.value
  return result.error.code === 'incomplete' ? result.error.details.batch : undefined
}

/** Returns the items of a batch, complete or not. Undefined if the error has no batch. */
export function itemsOf<Item extends InstanceItem | DeleteItem>(
  result: Result<Batch<Item>, KeyPairError<Batch<Item>>>,
): readonly Item[] | undefined {
  if (result.isOk()) return result.value.items
  return result.error.code === 'incomplete' ? result.error.details.batch.items : undefined
}
