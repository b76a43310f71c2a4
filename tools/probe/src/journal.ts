/**
 * The state of a key pair of this name: it was created, or that is unknown; it was deleted; or its creation was
 * refused.
 */
export type Making = 'made' | 'unanswered' | 'deleted' | 'refused'

/** The key pairs that may have to be deleted, recorded before the call that creates them. */
export interface Journal {
  /** Returns a new name for a key pair. */
  newName(role: string): string
  /** Records a name before the call that creates its key pair. */
  begin(name: string): void
  settle(name: string, making: Making): void
  /** Returns every name of a key pair that exists, may exist or existed. */
  names(): readonly string[]
  stateOf(name: string): Making
}

/** Creates a journal of key pairs whose names begin with `prefix`. */
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
