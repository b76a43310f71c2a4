/**
 * What is known of a key pair of this name: it was made, or whether it was is unknown; it was deleted; or its making was
 * refused.
 */
export type Making = 'made' | 'unanswered' | 'deleted' | 'refused'

/** What may have to be cleaned up, written down before the call that makes it necessary. */
export interface Journal {
  /** A name for a key pair that no other has. */
  newName(role: string): string
  /** Before a call that makes a key pair. */
  begin(name: string): void
  settle(name: string, making: Making): void
  /** Every name that a key pair may have, or had. */
  names(): readonly string[]
  stateOf(name: string): Making
}

/** A journal of key pairs whose names begin with `prefix`. */
export function createJournal(prefix: string): Journal {
  const makings = new Map<string, Making>()
  let count = 0
  const stateOf = (name: string): Making => makings.get(name) ?? 'refused'
  return {
    newName: (role) => `${prefix}-${(count += 1)}-${role}`,
    begin: (name) => {
      if (stateOf(name) !== 'made') makings.set(name, 'unanswered')
    },
    settle: (name, making) => {
      // A second one of a name that was refused leaves the first.
      if (making !== 'refused' || stateOf(name) !== 'made') makings.set(name, making)
    },
    names: () => [...makings].flatMap(([name, making]) => (making === 'refused' ? [] : [name])),
    stateOf,
  }
}
