import type { FaultKind } from '@cloud-keypair/core/testing'
import fc from 'fast-check'
import type { CaseContext } from '../case-context.js'

const late: FaultKind = { kind: 'late', afterMs: 30_000 }

/** Every way for a call not to be definitely answered. */
const unanswered: readonly FaultKind[] = [
  { kind: 'reset', commit: true },
  { kind: 'reset', commit: false },
  { kind: 'silence', commit: true },
  { kind: 'silence', commit: false },
  { kind: 'server-error', commit: true },
  { kind: 'server-error', commit: false },
  { kind: 'garbled', how: 'html', commit: true },
  { kind: 'garbled', how: 'truncated', commit: true },
  { kind: 'garbled', how: 'empty', commit: false },
  { kind: 'garbled', how: 'array', commit: true },
  late,
]

/** One of each temper: done, not done, done later, and an answer that says neither. */
const tempers: readonly FaultKind[] = [
  { kind: 'reset', commit: true },
  { kind: 'silence', commit: false },
  late,
  { kind: 'garbled', how: 'truncated', commit: true },
]

/** Returns all faults in the usual world, and one of each kind in other worlds. */
export function unansweredIn({ usual }: CaseContext): readonly FaultKind[] {
  return usual ? unanswered : tempers
}

/** Random faults of a whole call. */
export const faultKinds: fc.Arbitrary<FaultKind> = fc.oneof(
  fc.record({ kind: fc.constant('throttled' as const) }),
  fc.record({ kind: fc.constant('denied' as const) }),
  fc.record({
    kind: fc.constantFrom('reset' as const, 'silence' as const, 'server-error' as const),
    commit: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('late' as const), afterMs: fc.integer({ min: 1_000, max: 100_000 }) }),
  fc.record({
    kind: fc.constant('garbled' as const),
    how: fc.constantFrom('html' as const, 'truncated' as const, 'empty' as const, 'array' as const),
    commit: fc.boolean(),
  }),
)
