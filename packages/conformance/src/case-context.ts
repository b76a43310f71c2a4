import assert from 'node:assert/strict'
import {
  canAttach,
  type Capabilities,
  type GeneratedKeyPairMaterial,
  type InstanceCapabilities,
  type KeyPairDriver,
  type KeyPairService,
  type KeyPairStore,
  type KeyPairStoreDriver,
} from '@cloud-keypair/core'
import type { saveToFile } from '@cloud-keypair/core/file'
import type { World } from '@cloud-keypair/core/testing'
import type { Control } from './controls.js'
import type { WorldFacts } from './harness.js'
import type { PromiseNumber } from './promises.js'
import type { VirtualClock } from './virtual-clock.js'
import { must } from './must.js'

/** What a case works with. */
export interface CaseContext {
  readonly service: KeyPairStore
  /** The driver below the service, to find out what the cloud does where the service would not ask it. */
  readonly driver: KeyPairStoreDriver
  readonly capabilities: Capabilities
  readonly world: World
  readonly facts: WorldFacts
  readonly clock: VirtualClock
  /** Distinct RSA keys. The same ones in the same order are what `create` "generates". */
  readonly keys: readonly GeneratedKeyPairMaterial[]
  /** True if this is the world as the capabilities describe it; what takes long is done there in full, and less of it elsewhere. */
  readonly usual: boolean
  /** Chance, repeatable by the seed that the report names. */
  readonly seed: number
  readonly saveToFile: typeof saveToFile
  /** A service over another driver, which a case makes of this one: for a cloud that answers as no world can be told to. */
  readonly serviceOver: (driver: KeyPairStoreDriver) => KeyPairStore
}

/** What a case about attaching and detaching works with. */
export interface InstanceCaseContext extends CaseContext {
  readonly service: KeyPairService
  readonly driver: KeyPairDriver
  readonly instances: InstanceCapabilities
}

/** What a case that ran proved: the behaviour, or that what the cloud lacks is `unsupported` without a request. */
export type Proof = 'passed' | 'verified-unsupported'

/** What became of a case; `unproven` where the harness lacks a control that it needs. */
export type Verdict = Proof | 'unproven'

/** One statement about every adapter. */
export interface Case {
  /** Stable: reports and documents refer to it. */
  readonly id: string
  /** The promise that is broken where it fails. */
  readonly promise: PromiseNumber
  readonly title: string
  readonly needs: readonly Control[]
  /** True if it is about attaching and detaching. Where the cloud has neither, it verifies that, and needs no control. */
  readonly onInstances?: true
  run(context: CaseContext): Promise<Proof>
}

/** A case that ends in one proof or the other. */
export function decides(
  id: string,
  promise: PromiseNumber,
  title: string,
  run: (context: CaseContext) => Promise<Proof>,
  needs: readonly Control[] = [],
): Case {
  return { id, promise, title, needs, run }
}

/** A case that proves the behaviour itself. */
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

/** A case about attaching and detaching. Where the cloud has neither, that is what it verifies. */
export function onInstances(
  id: string,
  promise: PromiseNumber,
  title: string,
  run: (context: InstanceCaseContext) => Promise<void>,
  needs: readonly Control[] = [],
): Case {
  const provesOrVerifies = async (context: CaseContext): Promise<Proof> => {
    const able = ableToAttach(context)
    if (able === undefined) {
      await verifyCannotAttach(context)
      return 'verified-unsupported'
    }
    await run(able)
    return 'passed'
  }
  return { id, promise, title, needs, onInstances: true, run: provesOrVerifies }
}

/** The same context where its cloud attaches and detaches; undefined where it does neither. */
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
