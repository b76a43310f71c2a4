import assert from 'node:assert/strict'
import {
  canAttach,
  type Capabilities,
  type GeneratedKeyPairMaterial,
  type InstanceCapabilities,
  type KeyPairService,
  type KeyPairStore,
} from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import type { World } from '@cloud-keypair/core/testing'
import type { Control } from './controls.js'
import type { WorldFacts } from './harness.js'
import type { PromiseNumber } from './promises.js'
import type { VirtualClock } from './virtual-clock.js'
import { must } from './must.js'

/** The context of a case. */
export interface CaseContext {
  readonly service: KeyPairStore
  /** The driver below the service, to test the cloud with calls that the service would not make. */
  readonly driver: KeyPairStoreDriver
  readonly capabilities: Capabilities
  readonly world: World
  readonly facts: WorldFacts
  readonly clock: VirtualClock
  /** Distinct RSA keys. The same ones in the same order are what `create` "generates". */
  readonly keys: readonly GeneratedKeyPairMaterial[]
  /** True if this is the world that the capabilities describe. Slow cases run in full there, and in part in other worlds. */
  readonly usual: boolean
  /** The credentials behind the service, which the cloud may quote. */
  readonly canaries: readonly string[]
  /** The seed of random choices, which the report names. */
  readonly seed: number
  readonly saveToFile: typeof saveToFile
  readonly checkpointFile: typeof checkpointFile
  /** Creates a service over another driver, for answers that no world can be made to give. */
  readonly serviceOver: (driver: KeyPairStoreDriver) => KeyPairStore
}

/** The context of a case about attach and detach. */
export interface InstanceCaseContext extends CaseContext {
  readonly service: KeyPairService
  readonly driver: KeyPairDriver
  readonly instances: InstanceCapabilities
}

/** The proof of a case that ran: of the behaviour, or of `unsupported` without a request. */
export type Proof = 'passed' | 'verified-unsupported'

/** The result of a case; `unproven` if the harness lacks a control that the case needs. */
export type Verdict = Proof | 'unproven'

/** One statement about every adapter. */
export interface Case {
  /** Stable: reports and documents refer to it. */
  readonly id: string
  /** The promise that is broken if the case fails. */
  readonly promise: PromiseNumber
  readonly title: string
  readonly needs: readonly Control[]
  /** True for a case about attach and detach. If the cloud has neither, the case verifies that, and needs no control. */
  readonly onInstances?: true
  run(context: CaseContext): Promise<Proof>
}

/** Makes a case that ends in either proof. */
export function decides(
  id: string,
  promise: PromiseNumber,
  title: string,
  run: (context: CaseContext) => Promise<Proof>,
  needs: readonly Control[] = [],
): Case {
  return { id, promise, title, needs, run }
}

/** Makes a case that proves a behaviour. */
export function proves(
  id: string,
  promise: PromiseNumber,
  title: string,
  run: (context: CaseContext) => Promise<void>,
  needs: readonly Control[] = [],
): Case {
  const passes = async (context: CaseContext): Promise<Proof> => {
    await run(context)
    return 'passed'
  }
  return { id, promise, title, needs, run: passes }
}

/**
 * Makes a case about attach and detach. If the cloud has neither, the case verifies that. A run that returns nothing proves
 * a behaviour.
 */
export function onInstances(
  id: string,
  promise: PromiseNumber,
  title: string,
  run: (context: InstanceCaseContext) => Promise<Proof | void>,
  needs: readonly Control[] = [],
): Case {
  const provesOrVerifies = async (context: CaseContext): Promise<Proof> => {
    const able = ableToAttach(context)
    if (able === undefined) {
      await verifyCannotAttach(context)
      return 'verified-unsupported'
    }
    return (await run(able)) ?? 'passed'
  }
  return { id, promise, title, needs, onInstances: true, run: provesOrVerifies }
}

/** Returns the context if its cloud attaches and detaches, else undefined. */
export function ableToAttach(context: CaseContext): InstanceCaseContext | undefined {
  const { service, driver, capabilities } = context
  const { instances } = capabilities
  if (instances === false || !canAttach(service) || !drivesInstances(driver)) return undefined
  return { ...context, service, driver, instances }
}

/** True if a service also binds key pairs to instances. */
export function attaches(service: KeyPairStore): service is KeyPairService {
  return 'attach' in service
}

/** True if a driver also binds key pairs to instances. */
export function drivesInstances(driver: KeyPairStoreDriver): driver is KeyPairDriver {
  return 'doAttachKeyPair' in driver
}

async function verifyCannotAttach({ service, world }: CaseContext): Promise<void> {
  if (!attaches(service)) return
  for (const change of ['attach', 'detach'] as const) {
    const result = await service[change]({ name: 'deploy' }, ['i-0000'])
    must(result.isErr() && result.error.code === 'unsupported', `${change} must be unsupported`)
  }
  assert.deepEqual(await world.calls(), [])
}
