import type { Fault, SeedInstance } from '@cloud-keypair/core/testing'
import fc from 'fast-check'

/** A world, its faults, and the faults of the resume after a kill. */
export interface Scenario {
  /** Chooses the variant of the cloud. */
  readonly variant: number
  readonly instances: readonly SeedInstance[]
  readonly maxUnavailable: number
  readonly fault: Fault | undefined
  /** By how much reads lag, in both of them. */
  readonly readLagMs: number
  /** The delay of the resume after the kill, and its fault. After that, the work is resumed once more. */
  readonly resumeAfterMs: number
  readonly laterFault: Fault | undefined
  /** The instance that the check of a rotation rejects, before a death. */
  readonly rejects: string | undefined
  /** True if the public key of a new key pair is given, in place of a key that is generated and saved. */
  readonly isGiven: boolean
}

const instance = fc.record({
  power: fc.constantFrom('running', 'running', 'stopped'),
  keyPair: fc.constantFrom('old', 'old', 'old', 'other', 'new', undefined),
})

const trouble = fc.record({
  on: fc.constantFrom('attach', 'attach', 'attach', 'stop', 'start', 'reboot', 'detach', 'read-instances', 'import'),
  skip: fc.nat(2),
  kind: fc.constantFrom(
    { kind: 'throttled' },
    { kind: 'reset', commit: true },
    { kind: 'reset', commit: false },
    { kind: 'silence', commit: true },
    // In an operation that restarts instances, a call without an effect for a minute counts as lost.
    { kind: 'late', afterMs: 5_000 },
    { kind: 'late', afterMs: 45_000 },
    { kind: 'items', ids: ['i-0', 'i-1'], as: 'throttled' },
    { kind: 'items', ids: ['i-0', 'i-1', 'i-2'], as: 'strange' },
    { kind: 'items', ids: ['i-0', 'i-1', 'i-2'], as: 'strange' },
    { kind: 'denied' },
    { kind: 'denied' },
  ),
})

const fault = fc.option(
  trouble.map(({ kind, ...where }): Fault => ({ ...where, ...kind }) as const),
  { nil: undefined },
)

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  variant: fc.nat(),
  instances: fc
    .array(instance, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((one, index) => ({ id: `i-${index}`, ...one }))),
  maxUnavailable: fc.integer({ min: 1, max: 3 }),
  fault,
  readLagMs: fc.constantFrom(0, 0, 0, 500, 2_500),
  resumeAfterMs: fc.constantFrom(0, 7_000, 60_000),
  laterFault: fault,
  rejects: fc.constantFrom(undefined, undefined, 'i-0', 'i-1'),
  isGiven: fc.constantFrom(false, false, false, true),
})

/** The faults of a create. */
const createTrouble = fc.option(
  fc
    .record({
      on: fc.constantFrom('import', 'import', 'lookup'),
      skip: fc.nat(1),
      kind: fc.constantFrom(
        { kind: 'throttled' },
        { kind: 'denied' },
        { kind: 'reset', commit: true },
        { kind: 'reset', commit: false },
        { kind: 'silence', commit: true },
        { kind: 'silence', commit: false },
        { kind: 'server-error', commit: true },
        { kind: 'garbled', how: 'html', commit: true },
      ),
    })
    .map(({ kind, ...where }): Fault => ({ ...where, ...kind }) as const),
  { nil: undefined },
)

/** Makes a random scenario of a create. */
export const createScenarios: fc.Arbitrary<Scenario> = fc
  .record({ scenario: scenarios, fault: createTrouble, laterFault: createTrouble })
  .map(({ scenario, ...troubles }) => ({ ...scenario, ...troubles }))
