import { createSchedule, type Schedule } from '../schedule.js'
import { createVersioned, type Versioned } from '../versioned.js'

/** State of an instance (cloud.tencent.com/document/product/213/15753#InstanceStatus). */
export const tencentInstanceStates = [
  'PENDING',
  'RUNNING',
  'STOPPED',
  'STARTING',
  'STOPPING',
  'REBOOTING',
  'SHUTDOWN',
  'TERMINATING',
] as const

/** See {@link tencentInstanceStates}. */
export type TencentInstanceState = (typeof tencentInstanceStates)[number]

/** A key pair, as the cloud keeps it. */
export interface KeyPairRecord {
  readonly id: string
  readonly name: string
  readonly project: number
  readonly description: string
  /** Type and base64. */
  readonly publicKey: string
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: number
}

/** The latest operation on an instance. */
export interface Operation {
  readonly name: string
  readonly state: 'OPERATING' | 'SUCCESS' | 'FAILED'
  readonly requestId: string
  /** There if it failed. */
  readonly errorMessage?: string
}

/** An instance, as the cloud keeps it, and what its guest knows. */
export interface InstanceRecord {
  readonly id: string
  readonly status: TencentInstanceState
  readonly os: 'Linux' | 'Windows'
  readonly stoppedMode: 'KEEP_CHARGING' | 'STOP_CHARGING' | undefined
  /** The ids of the bound key pairs. */
  readonly bound: readonly string[]
  /** The ids of the key pairs that the guest accepts. */
  readonly authorized: readonly string[]
  /** The ids of the key pairs that the guest drops at its next start. */
  readonly dropping: readonly string[]
  /** The ids of the key pairs that a change under way binds. */
  readonly binding: readonly string[]
  readonly latest: Operation | undefined
}

/** The key pairs of a region or of the account. */
export type KeyPairStore = Versioned<KeyPairRecord>

/** One region of the account. */
export interface Region {
  readonly name: string
  readonly keyPairs: KeyPairStore
  readonly instances: Versioned<InstanceRecord>
  readonly schedule: Schedule
}

/** Creates a region without instances. */
export function createRegion(name: string, keyPairs: KeyPairStore): Region {
  return { name, keyPairs, instances: createVersioned(), schedule: createSchedule() }
}

/** Finds the key pair that has this name now. */
export function findByName({ keyPairs }: Region, name: string, now: number): KeyPairRecord | undefined {
  return keyPairs.values(now).find((keyPair) => keyPair.name === name)
}

/** Returns the ids of the instances that use a key pair, or that are about to. */
export function usersOf(regions: readonly Region[], keyPairId: string, at: number): readonly string[] {
  return regions.flatMap(({ instances }) =>
    instances
      .values(at)
      .filter(({ bound, binding }) => bound.includes(keyPairId) || binding.includes(keyPairId))
      .map(({ id }) => id),
  )
}
