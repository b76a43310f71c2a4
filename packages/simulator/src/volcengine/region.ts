import type { GuestKeys } from '../guest-keys.js'
import { createSchedule, type Schedule } from '../schedule.js'
import { createVersioned, type Versioned } from '../versioned.js'
import { createTokenMemory, type TokenMemory } from './tokens.js'

/** Status of an instance (docs.byteplus.com/en/docs/ecs/DescribeInstances). */
export const instanceStatuses = [
  'CREATING',
  'RUNNING',
  'STOPPING',
  'STOPPED',
  'REBOOTING',
  'STARTING',
  'REBUILDING',
  'RESIZING',
  'ERROR',
  'DELETING',
] as const

/** See {@link instanceStatuses}. */
export type InstanceStatus = (typeof instanceStatuses)[number]

/** A key pair, as the cloud keeps it. */
export interface KeyPairRecord {
  readonly id: string
  /** Its position in lists. */
  readonly serial: number
  readonly name: string
  readonly publicKey: string
  readonly fingerprint: string
  readonly description: string
  readonly project: string
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly updatedAt: number
}

/** An instance, as the cloud keeps it, and what its guest knows. */
export interface InstanceRecord {
  readonly id: string
  /** Its position in lists. */
  readonly serial: number
  readonly status: InstanceStatus
  readonly stoppedMode: 'KeepCharging' | 'StopCharging' | undefined
  readonly osType: 'Linux' | 'Windows'
  /** True if the guest has the agent that resets its authentication. */
  readonly agent: boolean
  /** True if the cloud has room to start the instance. */
  readonly stock: boolean
  /** True if a stop or reboot that isn't forced never ends. */
  readonly stopHangs: boolean
  /** True if the caller has no permission for the instance. */
  readonly denied: boolean
  readonly keys: GuestKeys
  /** The id of the key pair that lists show as bound. */
  readonly shown: string | undefined
}

/** One region of the account. Regions share nothing. */
export interface Region {
  readonly name: string
  readonly keyPairs: Versioned<KeyPairRecord>
  readonly instances: Versioned<InstanceRecord>
  /** The name of every key pair that ever was, by id. */
  readonly names: Map<string, string>
  readonly tokens: TokenMemory
  readonly schedule: Schedule
  /** Returns a number higher than all before. */
  nextSerial(): number
}

/** Creates an empty region. */
export function createRegion(name: string): Region {
  let serial = 0
  return {
    name,
    keyPairs: createVersioned(),
    instances: createVersioned(),
    names: new Map(),
    tokens: createTokenMemory(),
    schedule: createSchedule(),
    nextSerial: () => (serial += 1),
  }
}

/** Finds the key pair that has this name now. */
export function findByName(region: Region, name: string, now: number): KeyPairRecord | undefined {
  return region.keyPairs.values(now).find((keyPair) => keyPair.name === name)
}
