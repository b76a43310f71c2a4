import type { Fault, FaultScope, SeedInstance, SeedKeyPair, World } from '@cloud-keypair/core/testing'

/**
 * A failure of a call to the cloud in memory. The faults `items`, `omits` and `hangs` match only calls that have one of
 * their items. All `garbled` answers are the same. `fails-late` is there on a cloud whose changes end later, for an attach
 * or detach.
 */
export type MemoryFault = Fault | PowerFault | RateLimit

/**
 * A token bucket. Calls beyond it are refused for their rate, until the faults are cleared. It counts calls together that
 * have the same action: all reads of key pairs, and all reads of instances.
 */
export type RateLimit = Pick<FaultScope, 'on'> & {
  readonly kind: 'bucket'
  readonly ratePerSecond: number
  readonly burst: number
}

/**
 * A failure of a stop, start or reboot. `no-stock`: the cloud has no capacity to start these instances. `hangs`: the
 * change of these instances begins, and ends only when the world settles or by force.
 */
type PowerFault = FaultScope &
  (
    | { readonly kind: 'items'; readonly ids: readonly string[]; readonly as: 'no-stock'; readonly message?: string }
    | { readonly kind: 'hangs'; readonly ids: readonly string[] }
  )

/** A cloud in memory as a test controls it, beside its interface. */
export interface MemoryWorld extends World {
  /** Rejects with a `TypeError` if a public key is invalid, or a name is taken on a cloud with unique names. */
  seedKeyPairs(keyPairs: readonly SeedKeyPair[]): Promise<void>
  /** Rejects with a `TypeError` if an instance names an unknown key pair. */
  seedInstances(instances: readonly SeedInstance[]): Promise<void>
  /** Rejects with a `TypeError` if the cloud does not have the fault. */
  fault(fault: MemoryFault): Promise<void>
  /** Makes all later reads show the world as it was `ms` ago; at most 10 minutes. */
  setReadLag(ms: number): Promise<void>
  /**
   * Restarts an instance. The guest then accepts the key pair that is bound. Rejects with a `TypeError` for an unknown
   * id.
   */
  restart(instanceId: string): Promise<void>
  /** Lets 10 minutes pass in the cloud, and completes all late work. */
  settle(): Promise<void>
}
