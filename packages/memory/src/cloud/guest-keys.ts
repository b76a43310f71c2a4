import type { MemoryTraits } from '../traits.js'

/** Which key pairs an instance has, by id: as the cloud records it, and as its guest knows it. */
export interface GuestKeys {
  /** What the cloud's record says is bound. */
  readonly bound: string | undefined
  /** What the guest accepts at login. */
  readonly authorized: readonly string[]
  /** What the guest is told to drop at its next start. */
  readonly dropping: readonly string[]
}

/** The keys of an instance whose guest knows what the cloud says. */
export function settledKeys(bound: string | undefined): GuestKeys {
  return { bound, authorized: bound === undefined ? [] : [bound], dropping: [] }
}

/** Binds another key pair, or none. The guest hears of it at its next start. */
export function rebind(keys: GuestKeys, to: string | undefined, secondChange: MemoryTraits['secondChange']): GuestKeys {
  if (keys.bound === to) return keys
  const before = secondChange === 'wins' ? keys.dropping : []
  return { ...keys, bound: to, dropping: keys.bound === undefined ? before : [...before, keys.bound] }
}

/** The guest has started. */
export function restarted({ bound, authorized, dropping }: GuestKeys): GuestKeys {
  const kept = authorized.filter((id) => id !== bound && !dropping.includes(id))
  return { bound, authorized: bound === undefined ? kept : [...kept, bound], dropping: [] }
}
