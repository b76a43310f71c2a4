import { createHash } from 'node:crypto'
import type { GuestKeys } from '../guest-keys.js'
import { publicKeyBlob } from '../public-key.js'
import { randomText, type Random } from '../random.js'
import { createSchedule, type Schedule } from '../schedule.js'
import { createVersioned, type Versioned } from '../versioned.js'

/** Status of an instance. `Expired` is one of ENS alone. */
export const alibabaInstanceStatuses = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped', 'Expired'] as const

/** See {@link alibabaInstanceStatuses}. */
export type AlibabaInstanceStatus = (typeof alibabaInstanceStatuses)[number]

/** A key pair, as the cloud keeps it. */
export interface KeyPairRecord {
  readonly id: string
  /** Its position in lists. */
  readonly serial: number
  readonly name: string
  readonly publicKey: string
  readonly fingerprint: string
  readonly resourceGroupId: string
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: number
}

/** An instance, as the cloud keeps it, and what its guest knows. */
export interface InstanceRecord {
  readonly id: string
  /** Its position in lists. */
  readonly serial: number
  readonly status: AlibabaInstanceStatus
  readonly osType: 'Linux' | 'Windows'
  /** True if the cloud has room to start the instance. */
  readonly stock: boolean
  /** True if a stop or reboot that isn't forced never ends. */
  readonly stopHangs: boolean
  /** True if the caller has no permission for the instance. */
  readonly denied: boolean
  /** The way in which it was stopped (ECS only). */
  readonly stoppedMode: 'KeepCharging' | 'StopCharging' | undefined
  readonly keys: GuestKeys
}

/** The key pairs and instances of the account. */
export interface Store {
  readonly keyPairs: Versioned<KeyPairRecord>
  readonly instances: Versioned<InstanceRecord>
  /** The name of every key pair that ever was, by id: an instance keeps it. */
  readonly names: Map<string, string>
  /** The number of detaches that still occupy a key pair, by id. */
  readonly occupied: Map<string, number>
  readonly schedule: Schedule
  /** Returns a number higher than all before. */
  nextSerial(): number
}

/** Creates an empty store. */
export function createStore(): Store {
  let serial = 0
  return {
    keyPairs: createVersioned(),
    instances: createVersioned(),
    names: new Map(),
    occupied: new Map(),
    schedule: createSchedule(),
    nextSerial: () => (serial += 1),
  }
}

/** Finds the key pairs that have this name now, the oldest first. ECS has one at most. */
export function findByName({ keyPairs }: Store, name: string, now: number): readonly KeyPairRecord[] {
  return keyPairs.values(now).filter((keyPair) => keyPair.name === name)
}

/** Returns the name that an instance shows, also after the key pair was deleted. */
export function boundName({ names }: Store, { keys }: InstanceRecord): string | undefined {
  return keys.bound === undefined ? undefined : names.get(keys.bound)
}

/** The input of a key pair. */
export interface KeyPairInput {
  readonly name: string
  readonly publicKey: string
  readonly resourceGroupId: string
  readonly tags: Readonly<Record<string, string>>
}

/** Makes a fingerprint of the bytes of a public key. `opaque` is 20 bytes that nobody can compute from it. */
export type Fingerprinter = (blob: Buffer, opaque: string) => string

/** Records a key pair. Undefined if the public key is none. */
export function addKeyPair(
  store: Store,
  keyPair: KeyPairInput,
  {
    random,
    fingerprint,
    at,
    createdAt,
  }: {
    readonly random: Random
    readonly fingerprint: Fingerprinter
    /** The time from which reads show the key pair. */
    readonly at: number
    readonly createdAt: number
  },
): KeyPairRecord | undefined {
  const blob = publicKeyBlob(keyPair.publicKey)
  if (blob === undefined) return undefined
  const id = `ssh-${randomText(random, 18, 'abcdefghijklmnopqrstuvwxyz0123456789')}`
  const opaque = createHash('sha1').update(id).update(blob).digest('hex')
  const record = { ...keyPair, id, serial: store.nextSerial(), fingerprint: fingerprint(blob, opaque), createdAt }
  store.keyPairs.set(id, record, at)
  store.names.set(id, record.name)
  return record
}
