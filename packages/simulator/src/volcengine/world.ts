import { inventPublicKey } from '../public-key.js'
import type { Random } from '../random.js'
import type { SeededKeyPair, SimulatedWorld } from '../seed.js'
import { addKeyPair } from './key-pairs.js'
import { findByName, type InstanceRecord, type InstanceStatus, type Region } from './region.js'
import type { VolcengineVariants } from './variants.js'

/** An instance to put into the world, in place of one with the same id. */
export interface SeedInstance {
  readonly id: string
  /** Default `RUNNING`. */
  readonly status?: InstanceStatus | undefined
  /** Default `Linux`. */
  readonly osType?: 'Linux' | 'Windows' | undefined
  /** True if the guest has the agent that resets its authentication. Default true. */
  readonly agent?: boolean | undefined
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
export interface SeedKeyPair {
  readonly name: string
  /** OpenSSH line. Default: a line without a private key. */
  readonly publicKey?: string | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The project. Default `default`. */
  readonly group?: string | undefined
}

/** Everything in the world now. Key pairs are sorted by name, instances by id. */
export interface WorldSnapshot {
  readonly keyPairs: readonly {
    readonly id: string
    readonly name: string
    readonly publicKey: string
    readonly fingerprint: string
    readonly description: string
    readonly project: string
    readonly tags: Readonly<Record<string, string>>
  }[]
  readonly instances: readonly {
    readonly id: string
    readonly status: InstanceStatus
    readonly stoppedMode: 'KeepCharging' | 'StopCharging' | null
    /** The key pair that the cloud's record shows. */
    readonly bound: { readonly id: string; readonly name: string } | null
    /** The ids of the key pairs that the guest accepts, sorted. */
    readonly authorized: readonly string[]
  }[]
}

/** The ways of a test to read and change the world without the API. */
export type World = SimulatedWorld<SeedKeyPair, SeedInstance, WorldSnapshot>

/** Seeds count as always there, so that a lagging read shows them too. */
const always = -Infinity

/** Puts an instance into a region. */
export function seedInstance(region: Region, seed: SeedInstance, now: number): void {
  const idOf = (name: string): string => {
    const found = findByName(region, name, now)
    if (found === undefined) throw new TypeError(`Instance ${seed.id} names a key pair that is not there: ${name}`)
    return found.id
  }
  const bound = seed.keyPair === undefined ? undefined : idOf(seed.keyPair)
  const authorized = new Set([...(bound === undefined ? [] : [bound]), ...(seed.authorized ?? []).map(idOf)])
  const instance: InstanceRecord = {
    id: seed.id,
    serial: region.nextSerial(),
    status: seed.status ?? 'RUNNING',
    stoppedMode: undefined,
    osType: seed.osType ?? 'Linux',
    agent: seed.agent ?? true,
    stock: seed.stock ?? true,
    stopHangs: seed.stopHangs ?? false,
    denied: seed.denied ?? false,
    keys: { bound, authorized: [...authorized], waiting: [] },
    shown: bound,
  }
  region.instances.set(seed.id, instance, always)
}

/** Puts a key pair into a region. */
export function seedKeyPair(
  region: Region,
  seed: SeedKeyPair,
  using: { readonly random: Random; readonly variants: VolcengineVariants; readonly now: number },
): SeededKeyPair {
  if (findByName(region, seed.name, using.now) !== undefined) throw new TypeError(`The name ${seed.name} is taken`)
  const keyPair = {
    name: seed.name,
    publicKey: seed.publicKey ?? inventPublicKey(using.random),
    description: seed.description ?? '',
    project: seed.group ?? 'default',
    tags: seed.tags ?? {},
  }
  const record = addKeyPair(region, keyPair, { ...using, at: always, createdAt: using.now })
  if (record === undefined) throw new TypeError(`The public key of ${seed.name} is not an OpenSSH line`)
  return { id: record.id, name: record.name, fingerprint: record.fingerprint }
}

/** Returns everything in a region. */
export function takeSnapshot(region: Region, now: number): WorldSnapshot {
  const keyPairs = region.keyPairs
    .values(now)
    .map(({ id, name, publicKey, fingerprint, description, project, tags }) => {
      return { id, name, publicKey, fingerprint, description, project, tags: { ...tags } }
    })
  const instances = region.instances.values(now).map(({ id, status, stoppedMode = null, keys }) => {
    const bound = keys.bound === undefined ? null : { id: keys.bound, name: region.names.get(keys.bound) ?? '' }
    return { id, status, stoppedMode, bound, authorized: [...keys.authorized].sort() }
  })
  return {
    keyPairs: keyPairs.sort((a, b) => (a.name < b.name ? -1 : 1)),
    instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}
