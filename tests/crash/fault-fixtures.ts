import type { TestKeys } from '@cloud-keypair/conformance'
import {
  type Capabilities,
  collect,
  err,
  type KeyPairError,
  type KeyPairReference,
  type KeyPairService,
  type KeyPairStore,
  type MetadataSupport,
  type Result,
  type SavePrivateKey,
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

/** The world of an operation on key pairs: the key pairs `old` and `new`. */
export interface StoreFixture {
  readonly service: KeyPairStore
  readonly old: KeyPairReference
  readonly new: KeyPairReference
  readonly testKeys: TestKeys
  /** The key of a key pair that is imported. */
  readonly publicKey: string
  /** Keeps the private key of a new key pair. */
  readonly save: SavePrivateKey
  readonly signal?: AbortSignal | undefined
  readonly deadlineMs?: number | undefined
}

/** The world of an operation: those key pairs, and instances. */
export interface Fixture extends StoreFixture {
  readonly service: KeyPairService
  readonly instanceIds: readonly string[]
  readonly maxUnavailable: number
}

type Operation<F> = (fixture: F) => Promise<Result<unknown, KeyPairError>>

const storeOperations = {
  import: async ({ service, publicKey, ...limits }) => service.import({ name: 'deploy', publicKey, ...within(limits) }),
  create: async ({ service, save, ...limits }) => service.create({ name: 'deploy', save, ...within(limits) }),
  ensure: async ({ service, publicKey, ...limits }) => service.ensure({ name: 'deploy', publicKey, ...within(limits) }),
  'create in cloud': async ({ service, ...limits }) => service.createInCloud({ name: 'deploy', ...within(limits) }),
  describe: async ({ service, old, ...limits }) => service.update(old, { description: 'changed', ...within(limits) }),
  tag: async ({ service, old, ...limits }) => service.update(old, { tags: { a: 'changed' }, ...within(limits) }),
  delete: async ({ service, new: unused, ...limits }) => service.delete(unused, within(limits)),
  'delete by key': async ({ service, new: unused, testKeys, ...limits }) =>
    service
      .delete(unused, { publicKey: lineOf(testKeys), ...within(limits) })
      .orElse((error) => (error.code === 'unsupported' ? service.delete(unused, within(limits)) : err(error))),
  get: async ({ service, old, ...limits }) => service.get(old, within(limits)),
  list: async ({ service, signal }) => collect(service.list({ signal }), { max: 100 }),
  audit: async ({ service, ...limits }) => service.audit(within(limits)),
} as const satisfies Readonly<Record<string, Operation<StoreFixture>>>

const instanceOperations = {
  'delete both': async ({ service, new: unused, old, ...limits }) =>
    service.deleteMany([unused, old], { ifInUse: 'detach', ...within(limits) }),
  'detach and delete': async ({ service, old, ...limits }) =>
    service.delete(old, { ifInUse: 'detach', ...within(limits) }),
  attach: async ({ service, instanceIds, new: keyPair, ...limits }) =>
    service.attach(keyPair, instanceIds, within(limits)),
  'attach now': async ({ service, instanceIds, new: keyPair, maxUnavailable, ...limits }) =>
    service.attach(keyPair, instanceIds, { takeEffect: 'now', maxUnavailable, ...within(limits) }),
  detach: async ({ service, instanceIds, old, ...limits }) => service.detach(old, instanceIds, within(limits)),
  'detach now': async ({ service, instanceIds, old, maxUnavailable, ...limits }) =>
    service.detach(old, instanceIds, { takeEffect: 'now', maxUnavailable, ...within(limits) }),
  rotate: async ({ service, old, publicKey, maxUnavailable, ...limits }) =>
    service.rotate(old, { name: 'deploy', publicKey, maxUnavailable, ...within(limits) }),
  'rotate to a new key': async ({ service, old, save, maxUnavailable, ...limits }) =>
    service.rotate(old, { name: 'deploy', save, maxUnavailable, ...within(limits) }),
  bindings: async ({ service, instanceIds, ...limits }) => service.bindings(instanceIds, within(limits)),
  usages: async ({ service, old, signal }) => collect(service.usages(old, { signal }), { max: 100 }),
  plan: async ({ service, instanceIds, new: keyPair, maxUnavailable, ...limits }) =>
    service.plan({ operation: 'attach', keyPair, instanceIds, maxUnavailable }, within(limits)),
} as const satisfies Readonly<Record<string, Operation<Fixture>>>

const operations = { ...storeOperations, ...instanceOperations } as const

/** Returns the limits of an operation that a fixture has. */
function within({
  signal,
  deadlineMs,
}: Pick<StoreFixture, 'signal' | 'deadlineMs'>): Pick<StoreFixture, 'signal' | 'deadlineMs'> {
  return { signal, deadlineMs }
}

/** An operation on key pairs. */
export type StoreOperationName = keyof typeof storeOperations

/** An operation of the service, as the faults are tried on it. */
export type OperationName = StoreOperationName | keyof typeof instanceOperations

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
  return name.endsWith(' now') || name.startsWith('rotate') ? 60_000 : Infinity
}

export function perform(name: OperationName, fixture: Fixture): Promise<Result<unknown, KeyPairError>> {
  const operation: Operation<Fixture> = operations[name]
  return operation(fixture)
}

export function performInStore(
  name: StoreOperationName,
  fixture: StoreFixture,
): Promise<Result<unknown, KeyPairError>> {
  const operation: Operation<StoreFixture> = storeOperations[name]
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
