import type { MemoryTraits } from '../traits.js'

/** The key pairs of an instance by id, in the cloud's record and in its guest. */
export interface GuestKeys {
  /** The key pairs that the cloud's record shows as bound. */
  readonly bound: readonly string[]
  /** The key pairs that the guest accepts at login. */
  readonly authorized: readonly string[]
  /** The key pairs that the guest drops at its next start. */
  readonly dropping: readonly string[]
}

/** Returns the keys of an instance whose guest agrees with the cloud's record. */
export function settledKeys(bound: readonly string[]): GuestKeys {
  return { bound, authorized: bound, dropping: [] }
}

/** Binds other key pairs, or none. The guest gets the change at its next start. */
export function rebind(keys: GuestKeys, to: readonly string[], secondChange: MemoryTraits['secondChange']): GuestKeys {
  if (keys.bound.join() === to.join()) return keys
  const before = secondChange === 'wins' ? keys.dropping : []
  return { ...keys, bound: to, dropping: [...before, ...keys.bound.filter((id) => !to.includes(id))] }
}

/** Returns the keys after a start of the guest. */
export function restarted({ bound, authorized, dropping }: GuestKeys): GuestKeys {
  const kept = authorized.filter((id) => !bound.includes(id) && !dropping.includes(id))
  return { bound, authorized: [...kept, ...bound], dropping: [] }
}
