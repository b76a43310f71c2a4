import { BrokenPromise, type TestKeys, type Subject } from '@cloud-keypair/conformance'
import type { Capabilities, KeyPairError, Result } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { World, WorldSnapshot } from '@cloud-keypair/core/testing'
import { AnswerChecker, attaches, SecretScanner, watchedService } from '@cloud-keypair/conformance/internals'
import {
  faultOf,
  type FaultScenario,
  isMade,
  latestMs,
  type MutatingCall,
  mutatingCalls,
  type OperationName,
  operationWith,
  perform,
  type Fixture,
  type SilentFault,
  silentFaults,
  lineOf,
} from './fault-fixtures.js'
import { inTestCloud, type TestCloud, referenceTo } from './test-cloud.js'
import type { Counts, Violation } from './counts.js'
import { forgotten, leftStopped, lockedOut } from './work.js'

/** A call that a cloud is ever asked for, what goes wrong with it, and the variants in which it is asked for it. */
export interface Trouble {
  readonly call: MutatingCall
  readonly fault: SilentFault
  readonly variants: readonly string[]
}

/** Returns every fault that no answer tells, for a cloud. */
export async function troublesOf(subject: Subject, testKeys: TestKeys): Promise<readonly Trouble[]> {
  const capabilities = new Map<string, Capabilities>()
  for (const variant of subject.variants) {
    capabilities.set(variant, await inTestCloud(subject, variant, testKeys, async ({ driver }) => driver.capabilities))
  }
  return mutatingCalls.flatMap((call) => {
    const variants = [...capabilities].filter(([, its]) => isMade(call, its)).map(([variant]) => variant)
    return variants.length === 0 ? [] : silentFaults.map((fault) => ({ call, fault, variants }))
  })
}

/** Returns the name under which a struck call is counted. */
export function asCounted({ call, fault }: Pick<Trouble, 'call' | 'fault'>): string {
  return `${call} ${fault}`
}

/** Has an operation meet a fault, and holds what it says against the world, now and when all has come to its end. */
export async function strike(
  subject: Subject,
  testKeys: TestKeys,
  trouble: Trouble,
  scenario: FaultScenario,
): Promise<Counts> {
  const variant = trouble.variants[scenario.variant % trouble.variants.length] ?? ''
  try {
    return await inTestCloud(subject, variant, testKeys, (cloud) =>
      struckIn(cloud, testKeys, trouble, scenario, variant),
    )
  } catch (thrown) {
    const message = `${String(thrown)}; ${variant}, ${asCounted(trouble)}: ${JSON.stringify(scenario)}`
    return { counts: { worlds: 1 }, violations: [{ harm: 'broken', message }] }
  }
}

async function struckIn(
  cloud: TestCloud,
  testKeys: TestKeys,
  trouble: Trouble,
  scenario: FaultScenario,
  variant: string,
): Promise<Counts> {
  using scanner = new SecretScanner('passed-on')
  const { world, driver, options, harness } = cloud
  const watch = new AnswerChecker(world, harness.facts, scanner)
  const service = watchedService(createKeyPairService(driver, options), watch)
  if (!attaches(service)) throw new Error('It binds no key pairs to instances')
  const instances = scenario.instances.map((one, index) => ({ id: `i-${index}`, ...one }))
  await watch.world().seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name, publicKey: lineOf(testKeys) })))
  await watch.world().seedInstances(instances)
  const fixture: Fixture = {
    service,
    old: await referenceTo(cloud, 'old'),
    new: await referenceTo(cloud, 'new'),
    instanceIds: instances.map(({ id }) => id),
    save: async () => {},
    testKeys,
    publicKey: lineOf(testKeys),
    maxUnavailable: scenario.maxUnavailable,
  }
  // The watch learns what the ids stand for.
  for (const keyPair of [fixture.old, fixture.new]) await service.get(keyPair)
  await world.forgetCalls()
  const { skip, times, afterMs, next, readLagMs } = scenario
  const operation = operationWith(trouble.call, scenario.operation, driver.capabilities)
  const { call, fault } = trouble
  await world.fault(faultOf(call, fault, skip, times, Math.min(afterMs, latestMs(operation))))
  if (next?.on === 'same') await world.fault({ on: call, skip, ...next.kind })
  else if (next !== undefined) await world.fault({ on: next.on, skip: 1, ...next.kind })
  await world.setReadLag(readLagMs)
  const result = await perform(operation, fixture)
  const difference = await differenceIn(world, watch, result)
  const snapshot = await world.snapshot()
  const calls = await world.calls()
  const struck = calls.filter((one) => one.call === call).length - skip
  const violations = [
    ...(difference === undefined ? [] : [difference]),
    ...harmsIn(snapshot, { instances }, result, operation),
  ].map(({ harm, message }): Violation => {
    const said = result.isOk() ? 'Ok' : `${result.error.code}, ${result.error.outcome}`
    return {
      harm,
      message: `${message}; ${operation} said ${said}; ${variant}, ${asCounted(trouble)}: ${JSON.stringify(scenario)}`,
    }
  })
  return { counts: { worlds: 1, ...(struck > 0 && { struck: 1, [asCounted(trouble)]: 1 }) }, violations }
}

/** Returns the difference between the final world and the answer. */
async function differenceIn(
  world: World,
  watch: AnswerChecker,
  result: Result<unknown, KeyPairError>,
): Promise<Violation | undefined> {
  try {
    await world.clearFaults()
    await watch.settle()
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof BrokenPromise)) throw thrown
    const { message } = thrown
    return { harm: isSuccess(result, message) ? 'false success' : 'false failure', message }
  }
}

/** True if what a difference is about was said to have succeeded. */
function isSuccess(result: Result<unknown, KeyPairError>, message: string): boolean {
  if (result.isOk()) return true
  if (result.error.code !== 'incomplete') return false
  const { items } = result.error.details.batch
  return items.some(({ id, status }) => status === 'succeeded' && message.includes(id))
}

function harmsIn(
  snapshot: WorldSnapshot,
  scenario: Parameters<typeof lockedOut>[1],
  result: Result<unknown, KeyPairError>,
  operation: OperationName,
): readonly Violation[] {
  const names = snapshot.keyPairs.map(({ name }) => name)
  const duplicates = names.filter((name, index) => names.indexOf(name) !== index)
  const wanted = wantedBy(operation)
  const shutOut = wanted === undefined ? [] : lockedOut(snapshot, scenario, wanted)
  return [
    ...duplicates.map((name): Violation => ({ harm: 'duplicate', message: `two key pairs are named ${name}` })),
    ...shutOut.map((id): Violation => ({ harm: 'locked out', message: id })),
    ...forgotten(snapshot, scenario, new Set(leftStopped(result))).map((id): Violation => ({
      harm: 'forgotten',
      message: id,
    })),
  ]
}

/** Returns the key pair for which an operation restarts instances, if it restarts any. */
function wantedBy(operation: OperationName): 'new' | 'deploy' | undefined {
  switch (operation) {
    case 'attach now':
      return 'new'
    case 'rotate':
      return 'deploy'
    default:
      return undefined
  }
}
