import type { Harness, Subject, TestKeys } from '@cloud-keypair/conformance'
import {
  AnswerChecker,
  attaches,
  drivesInstances,
  overriding,
  SecretScanner,
  watchedService,
} from '@cloud-keypair/conformance/internals'
import type { KeyPairError, KeyPairReference, KeyPairStore, Result, Secret } from '@cloud-keypair/core'
import { createKeyPairService, createKeyPairStore, type KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { Fault, ReceivedCall, WorldSnapshot } from '@cloud-keypair/core/testing'
import { lineOf, type OperationName, perform, performInStore, type StoreFixture } from '../crash/fault-fixtures.js'
import { beforeEachCall } from '../crash/interferences.js'
import { type AnyTestCloud, inAnyTestCloud, referenceTo } from '../crash/test-cloud.js'
import { keyIn, leftStoppedIn, lineOfPrivateKey } from './answers.js'
import { faultText, type FaultWorld, type Step } from './fault-worlds.js'
import {
  answeredOnce,
  type Invariant,
  nobodyListens,
  nobodyLockedOut,
  noFalseClaim,
  noInternalError,
  noKeyLost,
  noSecretTold,
  nothingLeftStopped,
} from './invariants.js'
import type { PlantedFault } from './planted-faults.js'
import { addTallies, emptyTally, seenIn, type Tally, violations } from './tally.js'

/** The clouds whose guests still accept a key that one operation detached, if the next one attaches another. */
const keepingDetached = ['a second change loses the first', 'volcengine-like', 'nothing is kind'] as const

/** Runs the operations of a world one after another, each with its faults, and holds each answer against the world. */
export async function tryFaults(
  subject: Subject,
  testKeys: TestKeys,
  given: FaultWorld,
  planted?: PlantedFault,
): Promise<Tally> {
  const context = `${subject.name}, ${given.variant}: ${JSON.stringify(given)}`
  let tally = emptyTally
  try {
    await inAnyTestCloud(subject, given.variant, generatedIn(testKeys), async (cloud) => {
      using scanner = new SecretScanner(planted === undefined ? 'passed-on' : 'withheld')
      const keeps = keepingDetached.some((name) => given.variant.includes(name))
      const facts = { ...cloud.harness.facts, ...(keeps && { keepsDetached: true }) }
      const harness = overriding<Harness>(cloud.harness, { facts })
      const trial = new FaultTrial({ ...cloud, harness }, testKeys, scanner, planted)
      await trial.begin(given)
      for (const [index, step] of given.steps.entries()) tally = addTallies(tally, await trial.run(step, index, given))
      const secrets = noSecretTold(scanner, [...cloud.harness.canaries, ...testKeys.canaries])
      tally = addTallies(tally, violated('secret told', secrets))
    })
  } catch (thrown) {
    tally = addTallies(tally, violated('thrown or internal error', [String(thrown)]))
  }
  return seenIn(context, tally)
}

class FaultTrial {
  readonly #cloud: AnyTestCloud
  readonly #testKeys: TestKeys
  readonly #checker: AnswerChecker
  readonly #planted: PlantedFault | undefined
  /** True if the caller ended the operation early, so that nothing was seen of an instance after its restart. */
  #endedEarly = false
  #references: Pick<StoreFixture, 'old' | 'new'> = { old: { name: 'old' }, new: { name: 'new' } }

  constructor(cloud: AnyTestCloud, testKeys: TestKeys, scanner: SecretScanner, planted: PlantedFault | undefined) {
    this.#cloud = cloud
    this.#testKeys = testKeys
    const { world, harness } = cloud
    this.#checker = new AnswerChecker(world, harness.facts, scanner, {
      leftStoppedMayRun: () => this.#endedEarly,
      unknownMayBeDetached: !harness.facts.replaces,
    })
    this.#planted = planted
  }

  /** Makes the world before the first operation. */
  async begin({ instances }: FaultWorld): Promise<void> {
    const { driver } = this.#cloud
    const world = this.#checker.world()
    const publicKey = lineOf(this.#testKeys)
    await world.seedKeyPairs(['old', 'new', 'other'].map((name) => ({ name, publicKey })))
    if (drivesInstances(driver)) await world.seedInstances(instances)
    this.#references = { old: await referenceTo(this.#cloud, 'old'), new: await referenceTo(this.#cloud, 'new') }
    // The checker learns what the ids stand for.
    const service = this.#serviceOver(driver)
    for (const keyPair of [this.#references.old, this.#references.new]) await service.get(keyPair)
  }

  async run(step: Step, index: number, { instances, maxUnavailable }: FaultWorld): Promise<Tally> {
    const { world, driver } = this.#cloud
    const before = await world.snapshot()
    await world.forgetCalls()
    for (const fault of step.faults) await world.fault(fault)
    await world.setReadLag(step.readLagMs)
    const caller = new AbortController()
    let calls = 0
    this.#endedEarly = step.deadlineMs !== undefined
    const service = this.#serviceOver(
      beforeEachCall(driver, async () => {
        if (calls === step.abortAt) {
          caller.abort()
          this.#endedEarly = true
        }
        calls += 1
      }),
    )
    const publicKey = lineOf({ ...this.#testKeys, keys: this.#testKeys.keys.slice(1 + index) })
    const held = new Set<string>([publicKey])
    const { signal } = caller
    const save = async (privateKey: Secret): Promise<void> => void held.add(lineOfPrivateKey(privateKey) ?? '')
    const limits = { signal, deadlineMs: step.deadlineMs }
    const fixture = { service, ...this.#references, testKeys: this.#testKeys, publicKey, save, ...limits }
    const instanceIds = instances.map(({ id }) => id)
    const answer = attaches(service)
      ? await perform(step.operation, { ...fixture, service, instanceIds, maxUnavailable })
      : await performInStore(onStore(step.operation), fixture)
    const returned = keyIn(answer)
    if (returned !== undefined) held.add(returned)
    await world.clearFaults()
    const falseClaims = await noFalseClaim(this.#checker)
    const after = await world.snapshot()
    const received = await world.calls()
    const met = step.faults.filter((fault) => timesMet(fault, received) > 0)
    const tally: Tally = {
      operations: 1,
      faults: step.faults.reduce((sum, fault) => sum + timesMet(fault, received), signal.aborted ? 1 : 0),
      kills: 0,
      seen: Object.fromEntries(met.map((fault) => [`${step.operation}, ${faultText(fault)}`, 1])),
      violations: [
        ...violations('answered once', answeredOnce(askedBy(step.operation, fixture, instanceIds), answer)),
        ...violations('false claim', falseClaims),
        ...violations('key lost', noKeyLost(before, after, held, answer)),
        ...violations('left stopped', nothingLeftStopped(before, after, leftStoppedIn(answer))),
        ...violations('locked out', lockedOutBy(step.operation, before, after)),
        ...violations('left open', nobodyListens(signal)),
        ...violations('thrown or internal error', noInternalError(answer)),
      ],
    }
    return seenIn(`${step.operation} said ${said(answer)}`, tally)
  }

  #serviceOver(driver: KeyPairStoreDriver): KeyPairStore {
    const { options } = this.#cloud
    const broken = this.#planted?.driver?.(driver) ?? driver
    const service = drivesInstances(broken)
      ? createKeyPairService(broken, options)
      : createKeyPairStore(broken, options)
    return watchedService(this.#planted?.service?.(service) ?? service, this.#checker)
  }
}

/** Leaves out the keys that are seeded and imported: one that is generated too would look like an answer that was lost. */
function generatedIn(testKeys: TestKeys): TestKeys {
  return { ...testKeys, keys: testKeys.keys.slice(4) }
}

/** Returns how often a fault met one of these calls. */
function timesMet(fault: Fault, received: readonly ReceivedCall[]): number {
  const { on, skip = 0, times = 1 } = fault
  const able = received.filter(
    ({ call, items }) => call === on && (!('ids' in fault) || fault.ids.some((id) => items.includes(id))),
  )
  return Math.max(0, Math.min(times, able.length - skip))
}

/** Returns the ids that an operation has to answer, in order, if it is given ids. */
function askedBy(
  operation: OperationName,
  { old, new: unused }: Pick<StoreFixture, 'old' | 'new'>,
  instanceIds: readonly string[],
): readonly string[] | undefined {
  switch (operation) {
    case 'attach':
    case 'attach now':
    case 'detach':
    case 'detach now':
    case 'bindings':
      return instanceIds
    case 'delete both':
      return [unused, old].map(given)
    default:
      return undefined
  }
}

function given({ id, name }: KeyPairReference): string {
  return id ?? name ?? ''
}

function lockedOutBy(operation: OperationName, before: WorldSnapshot, after: WorldSnapshot): readonly string[] {
  switch (operation) {
    case 'attach now':
      return nobodyLockedOut(before, after, 'new')
    case 'rotate':
    case 'rotate to a new key':
      return nobodyLockedOut(before, after, 'deploy')
    default:
      return []
  }
}

function onStore(operation: OperationName): Parameters<typeof performInStore>[0] {
  switch (operation) {
    case 'import':
    case 'create':
    case 'ensure':
    case 'create in cloud':
    case 'describe':
    case 'tag':
    case 'delete':
    case 'delete by key':
    case 'get':
    case 'list':
    case 'audit':
      return operation
    default:
      throw new Error(`A store has no ${operation}`)
  }
}

function said(answer: Result<unknown, KeyPairError>): string {
  if (answer.isOk()) return 'Ok'
  const { error } = answer
  const items = error.code === 'incomplete' ? error.details.batch.items : []
  const failed = items.map((item) =>
    item.status === 'succeeded' ? '' : ` ${item.error.outcome}: ${item.error.message}`,
  )
  return `${error.code}, ${error.outcome}: ${[error.message, ...failed].join('')}`
}

function violated(invariant: Invariant, messages: readonly string[]): Tally {
  return { ...emptyTally, violations: violations(invariant, messages) }
}
