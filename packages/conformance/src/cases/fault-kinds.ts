import fc from 'fast-check'
import type { FaultKind } from '../harness.js'

/** What goes wrong with a whole call, at random. */
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
