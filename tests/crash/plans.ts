import { isDeepStrictEqual } from 'node:util'
import type { Kit, ReceivedCall, SeedInstance, Subject } from '@cloud-keypair/conformance'
import {
  createKeyPairService,
  type KeyPairService,
  type Plan,
  type PlannedCall,
  type PlanRequest,
} from '@cloud-keypair/core'
import fc from 'fast-check'
import { kept } from '../../packages/conformance/src/cases/power.js'
import { callRuns, callsByInstance } from './planned-calls.js'
import { inPlace, type Place, referenceTo, variantOf } from './place.js'
import type { Tally } from './tally.js'

/** A world, and what is planned in it. */
export interface PlanStory {
  readonly variant: number
  readonly instances: readonly SeedInstance[]
  readonly operation: 'attach' | 'detach' | 'rotate'
  readonly maxUnavailable: number
  readonly onlyIfVacant: boolean
  readonly restartUnchanged: boolean
}

export const planStories: fc.Arbitrary<PlanStory> = fc.record({
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
export async function planAndApply(subject: Subject, kit: Kit, story: PlanStory): Promise<Tally> {
  const variant = variantOf(subject, story.variant)
  const context = `${variant}: ${JSON.stringify(story)}`
  try {
    const { calls, differences } = await inPlace(subject, variant, kit, (place) => compare(place, story))
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

async function compare(place: Place, story: PlanStory): Promise<Compared> {
  const { world, driver, options } = place
  await world.seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name })))
  await world.seedInstances(story.instances)
  const service = createKeyPairService(driver, options)
  const request = await requestOf(place, story)
  await world.forgetCalls()
  const planned = await service.plan(request)
  if (planned.isErr()) return { calls: 0, differences: [`no plan: ${planned.error.message}`] }
  const plan = kept(planned.value)
  const early = (await changesOf(place)).map(({ call }) => `${call} was made for a plan`)
  const refused = await refusedBy(service, plan)
  const asked = await changesOf(place)
  const differences = [
    ...early,
    ...(isAsPlanned(place, plan.calls, asked) ? [] : [`planned ${text(plan.calls)}, called ${text(asked)}`]),
    ...(isDeepStrictEqual(refused, plan.refused) ? [] : [`to be refused ${text(plan.refused)}, was ${text(refused)}`]),
  ]
  return { calls: asked.length, differences }
}

async function requestOf(place: Place, story: PlanStory): Promise<PlanRequest> {
  const { instances, operation, maxUnavailable, onlyIfVacant, restartUnchanged } = story
  const how = { maxUnavailable, restartUnchanged }
  const instanceIds = instances.map(({ id }) => id)
  const publicKey = (await place.options.generateKeyPair?.({ bits: 2048 }))?.publicKey.line ?? ''
  switch (operation) {
    case 'attach':
      return { operation, keyPair: await referenceTo(place, 'new'), instanceIds, onlyIfVacant, ...how }
    case 'detach':
      return { operation, keyPair: await referenceTo(place, 'old'), instanceIds, ...how }
    case 'rotate':
      return { operation, replaced: await referenceTo(place, 'old'), name: 'next', publicKey, maxUnavailable }
  }
}

async function refusedBy(service: KeyPairService, plan: Plan): Promise<unknown> {
  const applied = await service.apply(plan)
  if (applied.isOk()) return []
  const { error } = applied
  if (error.code !== 'incomplete') return error.message
  return error.details.batch.items.flatMap((item) =>
    item.status === 'succeeded' ? [] : [{ id: item.id, code: item.error.code }],
  )
}

async function changesOf({ world }: Place): Promise<readonly ReceivedCall[]> {
  return (await world.calls()).filter(({ mutating }) => mutating)
}

/** What a cloud refuses that does not say so beforehand no plan can know: there, it is compared instance by instance. */
function isAsPlanned(
  { harness: { facts }, driver: { capabilities } }: Place,
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
