import { isDeepStrictEqual } from 'node:util'
import type { WorldSnapshot } from '@cloud-keypair/core/testing'

type SeenKeyPair = WorldSnapshot['keyPairs'][number]

/** The known fields of a key pair; an absent field may have any value. */
export interface KnownKeyPair {
  readonly publicKey?: string | undefined
  readonly description?: string | undefined
  readonly tags?: SeenKeyPair['tags'] | undefined
  readonly group?: string | undefined
}

/**
 * An effect on the world that the answer of a call declares. An effect that is not certain may have happened, or may still
 * happen: the call had no definite answer.
 */
export type Effect =
  | { readonly kind: 'adds'; readonly name: string; readonly keyPair: KnownKeyPair; readonly certain: boolean }
  /** With a key: one that has it, and no other of the name; with `every`, all that have it. */
  | {
      readonly kind: 'removes'
      readonly name: string
      readonly publicKey?: string | undefined
      readonly every?: boolean
      readonly certain: boolean
    }
  | {
      readonly kind: 'changes'
      readonly name: string
      readonly change: (known: KnownKeyPair) => KnownKeyPair
      readonly certain: boolean
    }
  /** Adds the key pair, or changes one that is there and has the key, or both. */
  | {
      readonly kind: 'ensures'
      readonly name: string
      readonly keyPair: KnownKeyPair
      readonly publicKey: string | undefined
      readonly change: (known: KnownKeyPair) => KnownKeyPair
      readonly certain: boolean
    }
  | { readonly kind: 'binds'; readonly instanceId: string; readonly to: string | null; readonly certain: boolean }
  /** A restart. If certain, the instance runs and its guest accepts the bound key pair; else it may be in any state. */
  | { readonly kind: 'restarts'; readonly instanceId: string; readonly certain: boolean }
  /** A change of the power state of an instance. */
  | { readonly kind: 'leaves'; readonly instanceId: string; readonly power: string }
  /** May have unbound the key pairs of the name from any instance. */
  | { readonly kind: 'releases'; readonly name: string }
  /** May have put another key pair in the place of that of the name on any instance, and restarted it. */
  | { readonly kind: 'moves'; readonly name: string; readonly to: string }

/** The effect of a call on the key pairs of a name. */
type KeyPairEffect = Exclude<Effect, { kind: 'binds' | 'releases' | 'moves' | 'restarts' | 'leaves' }>

/** Returns the possible lists of key pairs of a name after an effect on this one. */
export function changed(list: readonly KnownKeyPair[], effect: KeyPairEffect): readonly (readonly KnownKeyPair[])[] {
  switch (effect.kind) {
    case 'adds':
      return [[...list, effect.keyPair]]
    case 'removes':
      if (effect.every === true) return withoutEvery(list, effect.publicKey)
      return list.flatMap((known, index) => (mayHave(known, effect.publicKey) ? [list.toSpliced(index, 1)] : []))
    case 'changes':
      return list.map((known, index) => list.toSpliced(index, 1, effect.change(known)))
    case 'ensures': {
      const found = list.flatMap((known, index) =>
        mayHave(known, effect.publicKey) ? [list.toSpliced(index, 1, effect.change(known))] : [],
      )
      return [[...list, effect.keyPair], ...found, ...found.map((other) => [...other, effect.keyPair])]
    }
  }
}

/** Removes every key pair that has the key, and any of those that may have it. */
function withoutEvery(
  list: readonly KnownKeyPair[],
  publicKey: string | undefined,
): readonly (readonly KnownKeyPair[])[] {
  const others = list.filter((known) => !mayHave(known, publicKey))
  const unsure = list.filter((known) => known.publicKey === undefined)
  const left = unsure.reduce((lists, one) => lists.flatMap((kept) => [kept, [...kept, one]]), [others])
  return left.filter((kept) => kept.length < list.length)
}

function mayHave({ publicKey }: KnownKeyPair, wanted: string | undefined): boolean {
  return publicKey === undefined || wanted === undefined || publicKey === wanted
}

/** Removes lists that are equal apart from their order: concurrent calls multiply them. */
export function distinct(lists: readonly (readonly KnownKeyPair[])[]): readonly (readonly KnownKeyPair[])[] {
  if (lists.length < 2) return lists
  return [...new Map(lists.map((list) => [list.map(inOrder).toSorted().join(), list])).values()]
}

function inOrder({ publicKey, description, tags, group }: KnownKeyPair): string {
  const pairs = tags && Object.entries(tags).map((entry) => JSON.stringify(entry))
  return JSON.stringify([publicKey, description, pairs?.toSorted(), group])
}

/** True if every key pair that is there is one of the known ones, each taken once. */
export function sameList(known: readonly KnownKeyPair[], there: readonly SeenKeyPair[]): boolean {
  if (known.length !== there.length) return false
  const [first, ...others] = there
  if (first === undefined) return true
  return known.some((one, index) => fits(one, first) && sameList(known.toSpliced(index, 1), others))
}

function fits(known: KnownKeyPair, { publicKey, description, tags, group }: SeenKeyPair): boolean {
  return (
    (known.publicKey === undefined || known.publicKey === publicKey) &&
    (known.description === undefined || known.description === description) &&
    (known.tags === undefined || known.tags === tags || isDeepStrictEqual(known.tags, tags)) &&
    (known.group === undefined || known.group === group)
  )
}
