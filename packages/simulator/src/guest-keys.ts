/** The key pairs of an instance, in the cloud's record and in its guest. */
export interface GuestKeys {
  /** The id of the key pair that the cloud's record says is bound. */
  readonly bound: string | undefined
  /** The ids of the key pairs that the guest accepts at login. */
  readonly authorized: readonly string[]
  /** The changes that the guest gets at its next start. */
  readonly waiting: readonly KeyChange[]
}

/** The change of the accepted keys by a restart. */
export interface KeyChange {
  readonly remove?: string | undefined
  readonly add?: string | undefined
}

/**
 * The fate of a change that waits for a restart if a second change is made: both are carried out in order (`wins`: the
 * second counts), or the first is lost (`first-lost`).
 */
export type SecondChange = 'wins' | 'first-lost'

/** Binds another key pair, or none, and leaves the rest to the next restart. */
export function rebind(keys: GuestKeys, to: string | undefined, secondChange: SecondChange): GuestKeys {
  if (keys.bound === to) return keys
  const change = { remove: keys.bound, add: to }
  return { ...keys, bound: to, waiting: secondChange === 'wins' ? [...keys.waiting, change] : [change] }
}

/** Returns the keys after a start of the guest: the waiting changes are carried out. */
export function restarted(keys: GuestKeys): GuestKeys {
  const authorized = keys.waiting.reduce<readonly string[]>((known, { remove, add }) => {
    const kept = known.filter((id) => id !== remove && id !== add)
    return add === undefined ? kept : [...kept, add]
  }, keys.authorized)
  return { ...keys, authorized, waiting: [] }
}
