import type { VirtualClock } from '@cloud-keypair/conformance'
import { standingStill } from '@cloud-keypair/conformance/internals'
import { collect, type KeyPairReference, type KeyPairService, type KeyPairStore, orThrow } from '@cloud-keypair/core'
import { checkpointFile } from '@cloud-keypair/core/file'

/** The store and the key pairs on which operations are measured. */
export interface StoreScenario {
  readonly service: KeyPairStore
  readonly clock: VirtualClock
  readonly deploy: KeyPairReference
  /** Key pairs that no instance has. */
  readonly spare: readonly KeyPairReference[]
}

/** The service, the key pairs and the instances on which operations are measured. */
export interface Scenario extends StoreScenario {
  readonly service: KeyPairService
  /** The ids of instances, by their power. */
  readonly running: readonly string[]
  readonly stopped: readonly string[]
  readonly publicKey: string
  /** A file that is not there yet. */
  readonly checkpoint: string
  /** Returns the reference to a key pair, by its name. */
  referenceTo(name: string): Promise<KeyPairReference>
}

/** One operation on many. */
export interface Operation {
  readonly name: string
  /** The number of measurements: a read may be too short for one. */
  readonly times: number
  run(): Promise<unknown>
}

/** Returns every operation of a store on many, in an order in which each finds what it needs. */
export function storeOperations(scenario: StoreScenario): readonly Operation[] {
  return [list(scenario), usages(scenario), audit(scenario), deleteMany(scenario)]
}

/** More key pairs or instances than there are. */
export const plenty = 1_000_000

const next = 'deploy_2'
const atOnce = 100
const now = { takeEffect: 'now', maxUnavailable: atOnce } as const

/** Returns every operation of a service on many, in such an order. */
export function serviceOperations(scenario: Scenario): readonly Operation[] {
  const { service, deploy, running, stopped } = scenario
  const rotation = { replaced: deploy, name: next, maxUnavailable: atOnce } as const
  return [
    list(scenario),
    change('attach', () => orThrow(service.attach(deploy, stopped))),
    change('attach now', () => orThrow(service.attach(deploy, running, now))),
    read(scenario, 'bindings', () => orThrow(service.bindings([...running, ...stopped]))),
    usages(scenario),
    audit(scenario),
    deleteMany(scenario),
    { ...read(scenario, 'plan', () => orThrow(service.plan({ operation: 'rotate', ...rotation }))), times: 1 },
    change('rotate', () => rotate(scenario)),
    change('resume', () => rotate(scenario)),
    change('detach', async () => orThrow(service.detach(await scenario.referenceTo(next), stopped))),
    change('detach now', async () => orThrow(service.detach(await scenario.referenceTo(next), running, now))),
  ]
}

/** Makes a read of many. It never waits, and lets the event loop turn too often for a clock that takes turns for waiting. */
function read({ clock }: StoreScenario, name: string, run: Operation['run']): Operation {
  return { name, times: 5, run: () => standingStill(clock, run) }
}

function change(name: string, run: Operation['run']): Operation {
  return { name, times: 1, run }
}

function list(scenario: StoreScenario): Operation {
  const { service, spare } = scenario
  return read(scenario, 'list', () => orThrow(collect(service.list(), { max: spare.length + 1 })))
}

function usages(scenario: StoreScenario): Operation {
  const { service, deploy } = scenario
  return read(scenario, 'usages', () => orThrow(collect(service.usages(deploy), { max: plenty })))
}

function audit(scenario: StoreScenario): Operation {
  return read(scenario, 'audit', () => orThrow(scenario.service.audit()))
}

function deleteMany({ service, spare }: StoreScenario): Operation {
  return change('deleteMany', () => orThrow(service.deleteMany(spare)))
}

/** Rotates with the checkpoint in a file. Once that is done, this resumes a rotation that has nothing left to do. */
async function rotate({ service, deploy, publicKey, checkpoint, clock }: Scenario): Promise<unknown> {
  const { resume, onCheckpoint: write } = await standingStill(clock, () => checkpointFile(checkpoint))
  const onCheckpoint: typeof write = (...written) => standingStill(clock, async () => write(...written))
  return orThrow(service.rotate(deploy, { name: next, maxUnavailable: atOnce, publicKey, resume, onCheckpoint }))
}
