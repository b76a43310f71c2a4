import { inventPublicKey } from '../public-key.js'
import type { Random } from '../random.js'
import type { SeededKeyPair, SimulatedWorld } from '../seed.js'
import {
  addKeyPair,
  boundName,
  findByName,
  type AlibabaInstanceStatus,
  type Fingerprinter,
  type InstanceRecord,
  type Store,
} from './store.js'

/** An instance to put into the world, in place of one with the same id. */
export interface AlibabaSeedInstance {
  readonly id: string
  /** Default `Running`. */
  readonly status?: AlibabaInstanceStatus | undefined
  /** Default `Linux`. */
  readonly osType?: 'Linux' | 'Windows' | undefined
  /** The name of a key pair that is bound and authorized. */
  readonly keyPair?: string | undefined
  /** The names of more key pairs that the guest accepts. */
  readonly authorized?: readonly string[] | undefined
  /** False if a start fails for lack of stock. Default true. */
  readonly stock?: boolean | undefined
  /** True if a stop or reboot that isn't forced never ends. Default false. */
  readonly stopHangs?: boolean | undefined
  /** True if every change is refused for lack of permission. Default false. */
  readonly denied?: boolean | undefined
}

/** A key pair to put into the world. */
export interface AlibabaSeedKeyPair {
  readonly name: string
  /** OpenSSH line. Default: a line without a private key. */
  readonly publicKey?: string | undefined
  /** ECS only. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The resource group (ECS only). Default: none. */
  readonly group?: string | undefined
}

/** Everything in the world now. Key pairs are sorted by name, instances by id. */
export interface AlibabaWorldSnapshot {
  readonly keyPairs: readonly {
    readonly id: string
    readonly name: string
    readonly publicKey: string
    readonly fingerprint: string
    /** Empty if the key pair is in no group. */
    readonly resourceGroupId: string
    readonly tags: Readonly<Record<string, string>>
  }[]
  readonly instances: readonly {
    readonly id: string
    readonly status: AlibabaInstanceStatus
    readonly stoppedMode: 'KeepCharging' | 'StopCharging' | null
    /** The name that the cloud's record has. In ENS the key pair may be gone. */
    readonly bound: string | null
    /** The id of that key pair, which no operation tells. */
    readonly boundId: string | null
    /** The ids of the key pairs that the guest accepts, sorted. */
    readonly authorized: readonly string[]
  }[]
}

/** The ways of a test to read and change the world without the API. */
export type AlibabaWorld = SimulatedWorld<AlibabaSeedKeyPair, AlibabaSeedInstance, AlibabaWorldSnapshot>

/** Seeds count as always there, so that a lagging read shows them too. */
const always = -Infinity

/** Puts an instance into the store. */
export function seedInstance(store: Store, seed: AlibabaSeedInstance, now: number): void {
  const idOf = (name: string): string => {
    const [found] = findByName(store, name, now)
    if (found === undefined) throw new TypeError(`Instance ${seed.id} names a key pair that is not there: ${name}`)
    return found.id
  }
  const bound = seed.keyPair === undefined ? undefined : idOf(seed.keyPair)
  const authorized = new Set([...(bound === undefined ? [] : [bound]), ...(seed.authorized ?? []).map(idOf)])
  const instance: InstanceRecord = {
    id: seed.id,
    serial: store.nextSerial(),
    status: seed.status ?? 'Running',
    osType: seed.osType ?? 'Linux',
    stock: seed.stock ?? true,
    stopHangs: seed.stopHangs ?? false,
    denied: seed.denied ?? false,
    stoppedMode: undefined,
    keys: { bound, authorized: [...authorized], waiting: [] },
  }
  store.instances.set(seed.id, instance, always)
}

/** Puts a key pair into the store. */
export function seedKeyPair(
  store: Store,
  seed: AlibabaSeedKeyPair,
  {
    now,
    namesRepeat,
    ...using
  }: {
    readonly random: Random
    readonly fingerprint: Fingerprinter
    readonly namesRepeat: boolean
    readonly now: number
  },
): SeededKeyPair {
  if (!namesRepeat && findByName(store, seed.name, now).length > 0)
    throw new TypeError(`The name ${seed.name} is taken`)
  const keyPair = {
    name: seed.name,
    publicKey: seed.publicKey ?? inventPublicKey(using.random),
    resourceGroupId: seed.group ?? '',
    tags: seed.tags ?? {},
  }
  const record = addKeyPair(store, keyPair, { ...using, at: always, createdAt: now })
  if (record === undefined) throw new TypeError(`The public key of ${seed.name} is not an OpenSSH line`)
  return { id: record.id, name: record.name, fingerprint: record.fingerprint }
}

/** Returns everything in a store. */
export function takeSnapshot(store: Store, now: number): AlibabaWorldSnapshot {
  const keyPairs = store.keyPairs.values(now).map(({ id, name, publicKey, fingerprint, resourceGroupId, tags }) => {
    return { id, name, publicKey, fingerprint, resourceGroupId, tags: { ...tags } }
  })
  const instances = store.instances.values(now).map((instance) => ({
    id: instance.id,
    status: instance.status,
    stoppedMode: instance.stoppedMode ?? null,
    bound: boundName(store, instance) ?? null,
    boundId: instance.keys.bound ?? null,
    authorized: [...instance.keys.authorized].sort(),
  }))
  return {
    keyPairs: keyPairs.sort((a, b) => (a.name < b.name ? -1 : 1)),
    instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}
