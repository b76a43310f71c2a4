import { createSchedule, type Schedule } from '../schedule.js'
import { createVersioned, type Versioned } from '../versioned.js'

/** The states of an instance. */
export const awsInstanceStates = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const

/** State of an instance. */
export type AwsInstanceState = (typeof awsInstanceStates)[number]

/** A key pair, as the cloud keeps it. */
export interface KeyPairRecord {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly publicKey: string
  readonly fingerprint: string
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: number
}

/** An instance, which keeps the name of the key pair of its launch. */
export interface InstanceRecord {
  readonly id: string
  readonly state: AwsInstanceState
  readonly keyName: string | undefined
}

/** One region of the account. */
export interface Region {
  readonly keyPairs: Versioned<KeyPairRecord>
  readonly instances: Versioned<InstanceRecord>
  readonly schedule: Schedule
}

/** Creates an empty region. */
export function createRegion(): Region {
  return { keyPairs: createVersioned(), instances: createVersioned(), schedule: createSchedule() }
}

/** Finds the key pair that has this name now. */
export function findByName({ keyPairs }: Region, name: string, now: number): KeyPairRecord | undefined {
  return keyPairs.values(now).find((keyPair) => keyPair.name === name)
}
