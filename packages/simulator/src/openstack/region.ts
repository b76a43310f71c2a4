import { createSchedule, type Schedule } from '../schedule.js'
import { createVersioned, type Versioned } from '../versioned.js'

/** The states of a server. */
export const openStackServerStates = ['ACTIVE', 'SHUTOFF', 'BUILD', 'REBOOT', 'ERROR'] as const

/** State of a server. */
export type OpenStackServerState = (typeof openStackServerStates)[number]

/** A key pair, which belongs to a user. */
export interface KeyPairRecord {
  readonly userId: string
  readonly name: string
  /** As it was imported, with its comment and line break. */
  readonly publicKey: string
  readonly fingerprint: string
  readonly createdAt: number
}

/** A server of the project, which keeps the name of the key pair of its launch. */
export interface ServerRecord {
  readonly id: string
  readonly status: OpenStackServerState
  readonly keyName: string | undefined
  readonly userId: string
}

/** The Nova of one region. */
export interface Region {
  /** By user and name. */
  readonly keyPairs: Versioned<KeyPairRecord>
  readonly servers: Versioned<ServerRecord>
  readonly schedule: Schedule
}

/** Creates an empty region. */
export function createRegion(): Region {
  return { keyPairs: createVersioned(), servers: createVersioned(), schedule: createSchedule() }
}

/** Returns the key of a key pair among those of all users. */
export function keyOf(userId: string, name: string): string {
  return JSON.stringify([userId, name])
}
