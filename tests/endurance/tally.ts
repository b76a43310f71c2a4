import type { Invariant } from './invariants.js'

/** An invariant that did not hold, and how to see it again. */
export interface Violation {
  readonly invariant: Invariant
  readonly message: string
}

/** The result of one or several trials. */
export interface Tally {
  /** The operations of a service that were run. */
  readonly operations: number
  /** The calls that met a fault, what others did, and inputs and answers that were spoilt. */
  readonly faults: number
  /** The processes that were killed. */
  readonly kills: number
  /** The number of times that each kind of thing happened. */
  readonly seen: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

export const emptyTally: Tally = { operations: 0, faults: 0, kills: 0, seen: {}, violations: [] }

export function addTallies(a: Tally, b: Tally): Tally {
  const seen = { ...a.seen }
  for (const [what, times] of Object.entries(b.seen)) seen[what] = (seen[what] ?? 0) + times
  return {
    operations: a.operations + b.operations,
    faults: a.faults + b.faults,
    kills: a.kills + b.kills,
    seen,
    violations: [...a.violations, ...b.violations],
  }
}

/** Returns a tally whose violations also say where they were seen. */
export function seenIn(context: string, tally: Tally): Tally {
  const violations = tally.violations.map(({ invariant, message }) => ({
    invariant,
    message: `${message}; ${context}`,
  }))
  return { ...tally, violations }
}

/** Returns violations of an invariant, one for each message. */
export function violations(invariant: Invariant, messages: readonly string[]): readonly Violation[] {
  return messages.map((message) => ({ invariant, message }))
}
