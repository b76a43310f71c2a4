import type { TestKeys, Subject } from '@cloud-keypair/conformance'
import type { KeyPair, KeyPairError, Result } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import type { SeedInstance, WorldSnapshot } from '@cloud-keypair/core/testing'
import fc from 'fast-check'
import type { Counts, Violation } from './counts.js'
import { type Fixture, lineOf, type OperationName, perform } from './fault-fixtures.js'
import { actsOnTarget, beforeEachCall, interfere, type Interference, interferences, target } from './interferences.js'
import { inTestCloud, referenceTo, type TestCloud, variantOf } from './test-cloud.js'
import { forgotten, lockedOut } from './work.js'

/** The operations that are disturbed, and the key pair that each wants on its instances. */
const wantedBy = {
  attach: 'new',
  'attach now': 'new',
  detach: undefined,
  'detach now': undefined,
  rotate: 'deploy',
} as const satisfies Partial<Record<OperationName, string | undefined>>

type Disturbed = keyof typeof wantedBy

/** A world, and an operation in it. */
export interface OthersScenario {
  readonly variant: number
  readonly instances: readonly SeedInstance[]
  readonly maxUnavailable: number
  readonly operation: Disturbed
}

export const othersScenarios: fc.Arbitrary<OthersScenario> = fc.record({
  variant: fc.nat(),
  instances: fc
    .array(
      fc.record({
        power: fc.constantFrom('running', 'running', 'running', 'stopped'),
        keyPair: fc.constantFrom('old', 'old', 'old', 'other', undefined),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((all) => all.map((one, index) => ({ id: `i-${index}`, ...one }))),
  maxUnavailable: fc.integer({ min: 1, max: 2 }),
  operation: fc.constantFrom('attach', 'attach now', 'attach now', 'detach now', 'rotate', 'rotate', 'detach'),
})

/**
 * Runs the operation once by itself, and again for each of its calls and each interference, with somebody else acting just
 * before that call.
 */
export async function disturbEverywhere(
  subject: Subject,
  testKeys: TestKeys,
  scenario: OthersScenario,
): Promise<Counts> {
  const variant = variantOf(subject, scenario.variant)
  const violations: Violation[] = []
  const disturbAt = async (at: number, interference?: Interference): Promise<number> => {
    const context = `${variant}, ${interference ?? 'nothing'} at call ${at}: ${JSON.stringify(scenario)}`
    try {
      return await inTestCloud(subject, variant, testKeys, async (cloud) => {
        const { calls, harms } = await disturbed(cloud, testKeys, scenario, at, interference)
        violations.push(...harms.map(({ harm, message }) => ({ harm, message: `${message}; ${context}` })))
        return calls
      })
    } catch (thrown) {
      violations.push({ harm: 'broken', message: `${String(thrown)}; ${context}` })
      return 0
    }
  }
  const calls = await disturbAt(Infinity)
  for (const interference of interferences) {
    for (let at = 0; at < calls; at += 1) await disturbAt(at, interference)
  }
  return { counts: { worlds: 1, calls, disturbed: calls * interferences.length }, violations }
}

async function disturbed(
  cloud: TestCloud,
  testKeys: TestKeys,
  scenario: OthersScenario,
  at: number,
  interference: Interference | undefined,
): Promise<{ readonly calls: number; readonly harms: readonly Violation[] }> {
  const { world, driver, options } = cloud
  const { instances, operation, maxUnavailable } = scenario
  await world.seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name })))
  await world.seedInstances(instances)
  const calls: string[] = []
  let deleted: KeyPair | undefined
  const before = async (call: string): Promise<void> => {
    if (calls.push(call) - 1 !== at || interference === undefined) return
    deleted = await interfere(cloud, interference, wantedBy[operation] ?? 'old')
  }
  const fixture: Fixture = {
    service: createKeyPairService(beforeEachCall(driver, before), options),
    old: await referenceTo(cloud, 'old'),
    new: await referenceTo(cloud, 'new'),
    instanceIds: instances.map(({ id }) => id),
    save: async () => {},
    testKeys,
    publicKey: lineOf(testKeys),
    maxUnavailable,
  }
  const result = await perform(operation, fixture)
  await world.settle()
  const isUnseen = operation !== 'rotate' && isUnseenSwap(driver, calls, at)
  const names = interference === 'swap of a name' && !isUnseen ? 'swapped' : 'kept'
  const snapshot = withDeleted(await world.snapshot(), deleted, driver.provider === 'memory' ? 'kept' : names)
  return { calls: calls.length, harms: harmsIn(snapshot, scenario, result, interference) }
}

/**
 * True if no client can see that a name came to mean another key: before the operation looked the name up, or, on a cloud
 * that resolves names alone, between its look and the attach.
 */
function isUnseenSwap({ capabilities }: KeyPairDriver, calls: readonly string[], at: number): boolean {
  if (!calls.slice(0, at).includes('doDescribeKeyPairs')) return true
  const next = calls.slice(at).find((call) => call === 'doAttachKeyPair' || call === 'doDescribeKeyPairs')
  return next === 'doAttachKeyPair' && !capabilities.identity.includes('id')
}

/**
 * Returns the snapshot with the name of the key pair that others deleted: guests accept its key as before. A key pair that
 * got its name is a stranger's. The cloud in memory shows both by that name.
 */
function withDeleted(snapshot: WorldSnapshot, deleted: KeyPair | undefined, names: 'kept' | 'swapped'): WorldSnapshot {
  if (deleted === undefined) return snapshot
  const named = (one: string): string => {
    if (one === deleted.id) return deleted.name
    return names === 'swapped' && one === deleted.name ? 'of a stranger' : one
  }
  return {
    ...snapshot,
    instances: snapshot.instances.map((one) => ({ ...one, authorized: one.authorized.map(named) })),
  }
}

/** Returns the harm that the operation did, or kept quiet about. What others did to their instance is not its harm. */
function harmsIn(
  snapshot: WorldSnapshot,
  scenario: OthersScenario,
  result: Result<unknown, KeyPairError>,
  interference: Interference | undefined,
): readonly Violation[] {
  const { operation, instances } = scenario
  const touches = actsOnTarget(interference)
  const own = instances.filter(({ id }) => !(touches && id === target))
  const said = result.isOk() ? 'Ok' : `${result.error.code}, ${result.error.outcome}: ${result.error.message}`
  const mayBeDown = interference === 'stop' ? own : instances
  const wanted = wantedBy[operation]
  // The cloud refuses no start, so there is no reason to leave one down and name it.
  const down = forgotten(snapshot, { instances: mayBeDown }, new Set())
  const shutOut = wanted === undefined ? [] : lockedOut(snapshot, { instances: own }, wanted)
  const isKept = interference !== 'delete' && interference !== 'swap of a name'
  const missing = result.isOk() && isKept ? missingIn(snapshot, operation, own) : []
  const isDefect = said.includes('internal error')
  return [
    ...down.map((id): Violation => ({ harm: 'forgotten', message: `${id}; ${said}` })),
    ...shutOut.map((id): Violation => ({ harm: 'locked out', message: `${id}; ${said}` })),
    ...missing.map((message): Violation => ({ harm: 'false success', message: `${message}; ${said}` })),
    ...(isDefect ? [{ harm: 'broken', message: said } as const] : []),
  ]
}

/** Returns the instances that are not as a success says. */
function missingIn(
  { instances }: WorldSnapshot,
  operation: Disturbed,
  own: readonly SeedInstance[],
): readonly string[] {
  const wanted = wantedBy[operation]
  return own.flatMap(({ id, power, keyPair }) => {
    if (operation === 'rotate' && keyPair !== 'old') return []
    const there = instances.find((one) => one.id === id)
    const isBound = there?.bound === (wanted ?? null)
    const isIn =
      operation === 'attach' || power === 'stopped' || wanted === undefined || there?.authorized.includes(wanted)
    return isBound && isIn === true ? [] : [JSON.stringify(there)]
  })
}
