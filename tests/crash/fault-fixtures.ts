import type { TestKeys } from '@cloud-keypair/conformance'
import {
  type Capabilities,
  err,
  type KeyPairError,
  type KeyPairReference,
  type KeyPairService,
  type MetadataSupport,
  type Result,
} from '@cloud-keypair/core'
import type { Fault, FaultKind, FaultyCall } from '@cloud-keypair/core/testing'
import fc from 'fast-check'

/** The calls that change something. */
export const mutatingCalls = [
  'import',
  'create',
  'update',
  'delete',
  'attach',
  'detach',
  'stop',
  'start',
  'reboot',
] as const satisfies readonly FaultyCall[]

/** A call that changes something. */
export type MutatingCall = (typeof mutatingCalls)[number]

/** The world of an operation: the key pairs `old` and `new`, and instances. */
export interface Fixture {
  readonly service: KeyPairService
  readonly old: KeyPairReference
  readonly new: KeyPairReference
  readonly instanceIds: readonly string[]
  readonly testKeys: TestKeys
  readonly maxUnavailable: number
}

type Operation = (fixture: Fixture) => Promise<Result<unknown, KeyPairError>>

const operations = {
  import: async ({ service, testKeys }) => service.import({ name: 'deploy', publicKey: lineOf(testKeys) }),
  create: async ({ service }) => service.create({ name: 'deploy', save: async () => {} }),
  ensure: async ({ service, testKeys }) => service.ensure({ name: 'deploy', publicKey: lineOf(testKeys) }),
  'create in cloud': async ({ service }) => service.createInCloud({ name: 'deploy' }),
  describe: async ({ service, old }) => service.update(old, { description: 'changed' }),
  tag: async ({ service, old }) => service.update(old, { tags: { a: 'changed' } }),
  delete: async ({ service, new: unused }) => service.delete(unused),
  'delete by key': async ({ service, new: unused, testKeys }) =>
    service
      .delete(unused, { publicKey: lineOf(testKeys) })
      .orElse((error) => (error.code === 'unsupported' ? service.delete(unused) : err(error))),
  'delete both': async ({ service, new: unused, old }) => service.deleteMany([unused, old], { ifInUse: 'detach' }),
  'detach and delete': async ({ service, old }) => service.delete(old, { ifInUse: 'detach' }),
  attach: async ({ service, instanceIds, new: keyPair }) => service.attach(keyPair, instanceIds),
  'attach now': async ({ service, instanceIds, new: keyPair, maxUnavailable }) =>
    service.attach(keyPair, instanceIds, { takeEffect: 'now', maxUnavailable }),
  detach: async ({ service, instanceIds, old }) => service.detach(old, instanceIds),
  'detach now': async ({ service, instanceIds, old, maxUnavailable }) =>
    service.detach(old, instanceIds, { takeEffect: 'now', maxUnavailable }),
  rotate: async ({ service, old, testKeys, maxUnavailable }) =>
    service.rotate(old, { name: 'deploy', publicKey: lineOf(testKeys), maxUnavailable }),
} as const satisfies Readonly<Record<string, Operation>>

/** An operation of the service, as the faults are tried on it. */
export type OperationName = keyof typeof operations

/** Those that make a call. */
const makers: Readonly<Record<MutatingCall, readonly [OperationName, ...OperationName[]]>> = {
  import: ['import', 'create', 'ensure', 'rotate'],
  create: ['create in cloud'],
  update: ['describe', 'tag'],
  delete: ['delete', 'delete by key', 'delete both', 'detach and delete', 'rotate'],
  attach: ['attach', 'attach now', 'rotate'],
  detach: ['detach', 'detach now', 'detach and delete'],
  stop: ['attach now', 'detach now', 'rotate'],
  start: ['attach now', 'detach now', 'rotate'],
  reboot: ['attach now', 'detach now', 'rotate'],
}

/**
 * Returns the longest delay of a call after its request, in milliseconds. In an operation that restarts instances, a call
 * without an effect for a minute counts as lost.
 */
export function latestMs(name: OperationName): number {
  return name === 'attach now' || name === 'detach now' || name === 'rotate' ? 60_000 : Infinity
}

export function perform(name: OperationName, fixture: Fixture): Promise<Result<unknown, KeyPairError>> {
  const operation: Operation = operations[name]
  return operation(fixture)
}

/** True if a cloud of these capabilities is ever asked for the call. */
export function isMade(call: MutatingCall, capabilities: Capabilities): boolean {
  const { createInCloud, description, tags, instances } = capabilities
  if (instances === false) return ['import', 'create', 'update', 'delete'].includes(call)
  const isStopped = instances.restart === 'stop-and-start' || !instances.power.includes('running')
  switch (call) {
    case 'create':
      return createInCloud
    case 'update':
      return isChangeable(description) || isChangeable(tags)
    case 'stop':
    case 'start':
      return isStopped
    case 'reboot':
      return !isStopped
    case 'import':
    case 'delete':
    case 'attach':
    case 'detach':
      return true
  }
}

/** Chooses an operation that makes the call, of those that the cloud has. */
export function operationWith(call: MutatingCall, choice: number, { description, tags }: Capabilities): OperationName {
  const able = makers[call].filter(
    (name) => !(name === 'describe' && !isChangeable(description)) && !(name === 'tag' && !isChangeable(tags)),
  )
  return able[choice % able.length] ?? makers[call][0]
}

/** Returns the public key that the key pairs of a world have. */
export function lineOf({ keys: [key] }: TestKeys): string {
  if (key === undefined) throw new Error('A testKeys needs keys')
  return key.publicKey.line
}

/** The faults with which a call is carried out without an answer. */
export const silentFaults = ['timed out', 'reset', 'gave up'] as const

/** One of {@link silentFaults}. */
export type SilentFault = (typeof silentFaults)[number]

/** Makes a fault. `afterMs` is the delay of a call that is carried out after the client gave up. */
export function faultOf(on: FaultyCall, fault: SilentFault, skip: number, times: number, afterMs: number): Fault {
  switch (fault) {
    case 'timed out':
      return { on, skip, times, kind: 'silence', commit: true }
    case 'reset':
      return { on, skip, times, kind: 'reset', commit: true }
    case 'gave up':
      return { on, skip, times, kind: 'late', afterMs }
  }
}

/** Chance, for one world. */
export const faultScenarios: fc.Arbitrary<FaultScenario> = fc.record({
  variant: fc.nat(),
  operation: fc.nat(),
  instances: fc.array(
    fc.record({
      power: fc.constantFrom('running', 'running', 'running', 'stopped'),
      keyPair: fc.constantFrom('old', 'old', 'other', undefined),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  maxUnavailable: fc.integer({ min: 1, max: 3 }),
  skip: fc.constantFrom(0, 0, 0, 1),
  times: fc.constantFrom(1, 1, 1, 2, Infinity),
  // A call is given up after 20 seconds, and an operation that restarts nothing after one minute or five.
  next: fc.option(
    fc.record({
      on: fc.constantFrom('same', 'same', 'lookup', 'read-instances'),
      kind: fc.constantFrom(
        { kind: 'throttled' },
        { kind: 'denied' },
        { kind: 'reset', commit: false },
        { kind: 'items', ids: ['i-0', 'i-1'], as: 'strange' },
        { kind: 'items', ids: ['i-0', 'i-2'], as: 'throttled' },
      ),
    }),
    { nil: undefined },
  ),
  readLagMs: fc.constantFrom(0, 0, 0, 500, 2500),
  afterMs: fc.constantFrom(21_000, 30_000, 59_000, 70_000, 200_000, 400_000),
})

/** See {@link faultScenarios}. */
export interface FaultScenario {
  readonly variant: number
  /** Chooses among the operations that make the call. */
  readonly operation: number
  readonly instances: readonly {
    readonly power: 'running' | 'stopped'
    readonly keyPair: 'old' | 'other' | undefined
  }[]
  readonly maxUnavailable: number
  readonly skip: number
  readonly times: number
  /** The fault of the next call, of the same kind or a read. */
  readonly next: { readonly on: 'same' | 'lookup' | 'read-instances'; readonly kind: FaultKind } | undefined
  readonly readLagMs: number
  readonly afterMs: number
}

function isChangeable(support: MetadataSupport): boolean {
  return support === 'any-time' || support === 'after-creation'
}
