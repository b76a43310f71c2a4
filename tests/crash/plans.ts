import { isDeepStrictEqual } from 'node:util'
import type { TestKeys, Subject } from '@cloud-keypair/conformance'
import type { KeyPairService, Plan, PlannedCall, PlanRequest } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { ReceivedCall, SeedInstance } from '@cloud-keypair/core/testing'
import fc from 'fast-check'
import { carryOut, kept } from '@cloud-keypair/conformance/internals'
import { callRuns, callsByInstance } from './planned-calls.js'
import { inTestCloud, type TestCloud, referenceTo, variantOf } from './test-cloud.js'
import type { Counts } from './counts.js'

/** A world, and what is planned in it. */
export interface PlanScenario {
  readonly variant: number
  readonly instances: readonly SeedInstance[]
  readonly operation: 'attach' | 'detach' | 'rotate'
  readonly maxUnavailable: number
  readonly onlyIfVacant: boolean
  readonly restartUnchanged: boolean
}

export const planStories: fc.Arbitrary<PlanScenario> = fc.record({
  variant: fc.nat(),
  instances: fc
    .array(
      fc.record({
        power: fc.constantFrom('running', 'running', 'stopped', 'starting'),
        keyPair: fc.constantFrom('old', 'old', 'other', 'new', undefined),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((all) => all.map((one, index): SeedInstance => ({ id: `i-${index}`, ...one }))),
  operation: fc.constantFrom('attach', 'detach', 'rotate'),
  maxUnavailable: fc.integer({ min: 1, max: 5 }),
  onlyIfVacant: fc.boolean(),
  restartUnchanged: fc.boolean(),
})

/** Plans in a world, applies the plan, and holds the cloud's own log against it. */
export async function planAndApply(subject: Subject, testKeys: TestKeys, scenario: PlanScenario): Promise<Counts> {
  const variant = variantOf(subject, scenario.variant)
  const context = `${variant}: ${JSON.stringify(scenario)}`
  try {
    const { calls, differences } = await inTestCloud(subject, variant, testKeys, (cloud) => compare(cloud, scenario))
    const violations = differences.map(
      (message) => ({ harm: 'not as planned', message: `${message}; ${context}` }) as const,
    )
    return { counts: { worlds: 1, calls }, violations }
  } catch (thrown) {
    const violation = { harm: 'broken', message: `${String(thrown)}; ${context}` } as const
    return { counts: { worlds: 1 }, violations: [violation] }
  }
}

interface Compared {
  readonly calls: number
  readonly differences: readonly string[]
}

async function compare(cloud: TestCloud, scenario: PlanScenario): Promise<Compared> {
  const { world, driver, options } = cloud
  await world.seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name })))
  await world.seedInstances(scenario.instances)
  const service = createKeyPairService(driver, options)
  const request = await requestOf(cloud, scenario)
  await world.forgetCalls()
  const planned = await service.plan(request)
  if (planned.isErr()) return { calls: 0, differences: [`no plan: ${planned.error.message}`] }
  const plan = kept(planned.value)
  const early = (await changesOf(cloud)).map(({ call }) => `${call} was made for a plan`)
  const refused = await refusedBy(service, plan)
  const asked = await changesOf(cloud)
  const differences = [
    ...early,
    ...(isAsPlanned(cloud, plan.calls, asked) ? [] : [`planned ${text(plan.calls)}, called ${text(asked)}`]),
    ...(isDeepStrictEqual(refused, plan.refused) ? [] : [`to be refused ${text(plan.refused)}, was ${text(refused)}`]),
  ]
  return { calls: asked.length, differences }
}

async function requestOf(cloud: TestCloud, scenario: PlanScenario): Promise<PlanRequest> {
  const { instances, operation, maxUnavailable, onlyIfVacant, restartUnchanged } = scenario
  const how = { maxUnavailable, restartUnchanged }
  const instanceIds = instances.map(({ id }) => id)
  const publicKey = (await cloud.options.testing?.generateKeyPair?.({ bits: 2048 }))?.publicKey.line ?? ''
  switch (operation) {
    case 'attach':
      return { operation, keyPair: await referenceTo(cloud, 'new'), instanceIds, onlyIfVacant, ...how }
    case 'detach':
      return { operation, keyPair: await referenceTo(cloud, 'old'), instanceIds, ...how }
    case 'rotate':
      return { operation, replaced: await referenceTo(cloud, 'old'), name: 'next', publicKey, maxUnavailable }
  }
}

async function refusedBy(service: KeyPairService, plan: Plan): Promise<unknown> {
  const applied = await carryOut(service, plan)
  if (applied.isOk()) return []
  const { error } = applied
  if (error.code !== 'incomplete') return error.message
  return error.details.batch.items.flatMap((item) =>
    item.status === 'succeeded' ? [] : [{ id: item.id, code: item.error.code }],
  )
}

async function changesOf({ world }: TestCloud): Promise<readonly ReceivedCall[]> {
  return (await world.calls()).filter(({ mutating }) => mutating)
}

/** True if a plan came true. No plan knows undocumented refusals: for them, calls are compared by instance. */
function isAsPlanned(
  { harness: { facts }, driver: { capabilities } }: TestCloud,
  planned: readonly PlannedCall[],
  asked: readonly ReceivedCall[],
): boolean {
  const { instances } = capabilities
  const isUntold = instances !== false && instances.replaces !== false && !facts.replaces
  const calls = asked.map(({ call, items }) => ({ call, instanceIds: items }))
  return isUntold
    ? isDeepStrictEqual(callsByInstance(planned), callsByInstance(calls))
    : isDeepStrictEqual(callRuns(planned), callRuns(calls))
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
