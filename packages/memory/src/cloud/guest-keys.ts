import type { MemoryTraits } from '../traits.js'

/** The key pairs of an instance by id, in the cloud's record and in its guest. */
export interface GuestKeys {
  /** The key pair that the cloud's record shows as bound. */
  readonly bound: string | undefined
  /** The key pairs that the guest accepts at login. */
  readonly authorized: readonly string[]
  /** The key pairs that the guest drops at its next start. */
  readonly dropping: readonly string[]
}

/** Returns the keys of an instance whose guest agrees with the cloud's record. */
export function settledKeys(bound: string | undefined): GuestKeys {
  return { bound, authorized: bound === undefined ? [] : [bound], dropping: [] }
}

/** Binds another key pair, or none. The guest gets the change at its next start. */
export function rebind(keys: GuestKeys, to: string | undefined, secondChange: MemoryTraits['secondChange']): GuestKeys {
  if (keys.bound === to) return keys
  const before = secondChange === 'wins' ? keys.dropping : []
  return { ...keys, bound: to, dropping: keys.bound === undefined ? before : [...before, keys.bound] }
}

/** Returns the keys after a start of the guest. */
export function restarted({ bound, authorized, dropping }: GuestKeys): GuestKeys {
  const kept = authorized.filter((id) => id !== bound && !dropping.includes(id))
  return { bound, authorized: bound === undefined ? kept : [...kept, bound], dropping: [] }
}
