/** Which key pairs an instance has, as the cloud records it and as its guest knows it. */
export interface GuestKeys {
  /** The id of the key pair that the cloud's record says is bound. */
  readonly bound: string | undefined
  /** The ids of the key pairs that the guest accepts at login. */
  readonly authorized: readonly string[]
  /** What the guest is told at its next start. */
  readonly waiting: readonly KeyChange[]
}

/** What a restart does to the keys that a guest accepts. */
export interface KeyChange {
  readonly remove?: string | undefined
  readonly add?: string | undefined
}

/**
 * What becomes of a change that still waits for a restart when a second one is made: it is carried out
 * too (`wins`: the last word counts), or the second takes its place (`first-lost`).
 */
export type SecondChange = 'wins' | 'first-lost'

/** Binds another key pair, or none, and leaves the rest to the next restart. */
export function rebind(keys: GuestKeys, to: string | undefined, secondChange: SecondChange): GuestKeys {
  if (keys.bound === to) return keys
  const change = { remove: keys.bound, add: to }
  return { ...keys, bound: to, waiting: secondChange === 'wins' ? [...keys.waiting, change] : [change] }
}

/** The guest has started: what waited is carried out. */
export function restarted(keys: GuestKeys): GuestKeys {
  const authorized = keys.waiting.reduce<readonly string[]>((known, { remove, add }) => {
    const kept = known.filter((id) => id !== remove && id !== add)
    return add === undefined ? kept : [...kept, add]
  }, keys.authorized)
  return { ...keys, authorized, waiting: [] }
}
