import type { Bench } from '../bench.js'
import { inventPublicKey } from '../public-key.js'
import type { Random } from '../random.js'
import type { SeededKeyPair, SimulatedWorld } from '../seed.js'
import { bareKeyOf, newId } from './key-pairs.js'
import {
  findByName,
  type InstanceRecord,
  type KeyPairRecord,
  type Region,
  type TencentInstanceState,
} from './region.js'

/** A key pair to put into the world. */
export interface TencentSeedKeyPair {
  readonly name: string
  /** An OpenSSH line. Default: an invented one. */
  readonly publicKey?: string | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Default 0. */
  readonly project?: number | undefined
}

/** An instance to put into the world, in place of one with the same id. */
export interface TencentSeedInstance {
  readonly id: string
  /** Default `RUNNING`. */
  readonly status?: TencentInstanceState | undefined
  /** Default `Linux`. */
  readonly os?: 'Linux' | 'Windows' | undefined
  /** The names of the key pairs that are bound and authorized. */
  readonly keyPairs?: readonly string[] | undefined
}

/** Everything in the world now. Key pairs are sorted by name, instances by id. */
export interface TencentWorldSnapshot {
  readonly keyPairs: readonly KeyPairRecord[]
  readonly instances: readonly InstanceRecord[]
}

/** The ways of a test to read and change the world without the API. */
export type TencentWorld = SimulatedWorld<TencentSeedKeyPair, TencentSeedInstance, TencentWorldSnapshot>

/** Seeds count as always there, so that a lagging read shows them too. */
const always = -Infinity

/** Makes the world of a region. */
export function createWorld(
  region: Region,
  { bench, random }: { readonly bench: Bench; readonly random: Random },
): TencentWorld {
  return {
    seedInstances: (instances) => {
      const now = bench.catchUp()
      for (const { id, status = 'RUNNING', os = 'Linux', keyPairs = [] } of instances) {
        const bound = keyPairs.map((name) => {
          const found = findByName(region, name, now)
          if (found === undefined) throw new TypeError(`Instance ${id} names a key pair that is not there: ${name}`)
          return found.id
        })
        const rest = { stoppedMode: undefined, dropping: [], binding: [], latest: undefined }
        region.instances.set(id, { id, status, os, bound, authorized: bound, ...rest }, always)
      }
    },
    seedKeyPair: ({ name, publicKey: line, description = '', tags = {}, project = 0 }): SeededKeyPair => {
      const createdAt = bench.catchUp()
      if (findByName(region, name, createdAt) !== undefined) throw new TypeError(`The name ${name} is taken`)
      const publicKey = bareKeyOf(line ?? inventPublicKey(random))
      if (publicKey === undefined) throw new TypeError(`The public key of ${name} is not an OpenSSH line`)
      const id = newId(random)
      region.keyPairs.set(id, { id, name, project, description, publicKey, tags, createdAt }, always)
      return { id, name, fingerprint: '' }
    },
    snapshot: () => {
      const now = bench.catchUp()
      return {
        keyPairs: region.keyPairs.values(now).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        instances: region.instances.values(now).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }
    },
    settle: () => bench.settle(),
  }
}
