import type { TestKeys, Subject } from '@cloud-keypair/conformance'
import type { KeyPair, KeyPairError, Result } from '@cloud-keypair/core'
import { type CallContext, createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import type { SeedInstance, WorldSnapshot } from '@cloud-keypair/core/testing'
import fc from 'fast-check'
import type { Counts, Violation } from './counts.js'
import { type Fixture, type OperationName, perform } from './fault-fixtures.js'
import { inTestCloud, referenceTo, type TestCloud, variantOf } from './test-cloud.js'
import { forgotten, lockedOut } from './work.js'

/** The changes that somebody else makes while an operation runs. */
const interferences = ['stop', 'start', 'detach', 'attach', 'delete', 'swap of a name', 'new instance'] as const

type Interference = (typeof interferences)[number]

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
  let calls = 0
  const before = async (): Promise<void> => {
    calls += 1
    if (calls - 1 === at && interference !== undefined) await interfere(cloud, scenario, interference)
  }
  const fixture: Fixture = {
    service: createKeyPairService(beforeEachCall(driver, before), options),
    old: await referenceTo(cloud, 'old'),
    new: await referenceTo(cloud, 'new'),
    instanceIds: instances.map(({ id }) => id),
    testKeys,
    maxUnavailable,
  }
  const result = await perform(operation, fixture)
  await world.settle()
  return { calls, harms: harmsIn(await world.snapshot(), scenario, result, interference) }
}

/** The instance that others act on, and what they do to it. */
const target = 'i-0'
const actsOnTarget: readonly Interference[] = ['stop', 'start', 'detach', 'attach']

async function interfere(cloud: TestCloud, { operation }: OthersScenario, interference: Interference): Promise<void> {
  const { world, driver } = cloud
  const context = { signal: new AbortController().signal, token: 'of another', trace: () => {} }
  const instanceIds = [target]
  const find = async (name: string): Promise<KeyPair | undefined> => {
    const request = {
      kind: 'list',
      namePrefix: name,
      md5Fingerprint: undefined,
      tags: {},
      group: undefined,
      pageSize: driver.capabilities.pageSize,
    } as const
    const page = await driver.doDescribeKeyPairs({ ...request, cursor: undefined }, context)
    return page._unsafeUnwrap().items.find((one) => one.name === name)
  }
  const wanted = wantedBy[operation] ?? 'old'
  switch (interference) {
    case 'stop':
      return void (await driver.doStopInstances({ instanceIds, force: true }, context))
    case 'start':
      return void (await driver.doStartInstances({ instanceIds, force: false }, context))
    case 'detach':
    case 'attach': {
      const other = await find(interference === 'attach' ? 'other' : 'old')
      if (other === undefined) return
      const keyPair = handleOf(driver, other)
      const send = interference === 'attach' ? driver.doAttachKeyPair : driver.doDetachKeyPair
      return void (await send({ keyPair, instanceIds }, context))
    }
    case 'delete':
    case 'swap of a name': {
      const there = await find(wanted)
      if (there === undefined) return
      await driver.doDeleteKeyPairs([there], context)
      if (interference === 'delete' || (await find(wanted)) !== undefined) return
      return world.seedKeyPairs([{ name: wanted }])
    }
    case 'new instance':
      return world.seedInstances([{ id: 'i-new', power: 'running', keyPair: (await find('old')) && 'old' }])
  }
}

function handleOf({ capabilities }: KeyPairDriver, { id, name }: KeyPair) {
  return id !== undefined && capabilities.identity.includes('id')
    ? ({ by: 'id', id } as const)
    : ({ by: 'name', name } as const)
}

/** Returns the driver with something done before each of its calls. */
function beforeEachCall(driver: KeyPairDriver, before: () => Promise<void>): KeyPairDriver {
  const after =
    <Request, T>(send: (request: Request, context: CallContext) => Promise<T>) =>
    async (request: Request, context: CallContext): Promise<T> => {
      await before()
      return send(request, context)
    }
  return {
    ...driver,
    doDescribeKeyPairs: after(driver.doDescribeKeyPairs),
    doDescribeInstances: after(driver.doDescribeInstances),
    doImportKeyPair: after(driver.doImportKeyPair),
    doDeleteKeyPairs: after(driver.doDeleteKeyPairs),
    doAttachKeyPair: after(driver.doAttachKeyPair),
    doDetachKeyPair: after(driver.doDetachKeyPair),
    doStopInstances: after(driver.doStopInstances),
    doStartInstances: after(driver.doStartInstances),
    doRebootInstances: after(driver.doRebootInstances),
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
  const touches = interference !== undefined && actsOnTarget.includes(interference)
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
