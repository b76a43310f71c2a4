import type { Bench } from '../bench.js'
import { inventPublicKey, publicKeyBlob } from '../public-key.js'
import type { Random } from '../random.js'
import type { SeededKeyPair, SimulatedWorld } from '../seed.js'
import { importedFingerprint, newId, typeOf } from './key-pairs.js'
import { type AwsInstanceState, findByName, type InstanceRecord, type KeyPairRecord, type Region } from './region.js'

/** A key pair to put into a region. */
export interface AwsSeedKeyPair {
  readonly name: string
  /** An OpenSSH line. Default: an invented one. */
  readonly publicKey?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** An instance to put into a region. */
export interface AwsSeedInstance {
  readonly id: string
  /** Default `running`. */
  readonly state?: AwsInstanceState | undefined
  /** The name of the key pair of its launch. */
  readonly keyName?: string | undefined
}

/** Everything in a region. */
export interface AwsWorldSnapshot {
  readonly keyPairs: readonly KeyPairRecord[]
  readonly instances: readonly InstanceRecord[]
}

/** The ways of a test to read and change the world without the API. */
export type AwsWorld = SimulatedWorld<AwsSeedKeyPair, AwsSeedInstance, AwsWorldSnapshot>

/** Seeds count as always there, so that a lagging read shows them too. */
const always = -Infinity

/** Makes the world of a region. */
export function createWorld(
  region: Region,
  { bench, random }: { readonly bench: Bench; readonly random: Random },
): AwsWorld {
  return {
    seedInstances: (instances) => {
      bench.catchUp()
      for (const { id, state = 'running', keyName } of instances) {
        region.instances.set(id, { id, state, keyName }, always)
      }
    },
    seedKeyPair: ({ name, publicKey: given, tags = {} }): SeededKeyPair => {
      const createdAt = bench.catchUp()
      if (findByName(region, name, createdAt) !== undefined) throw new TypeError(`The name ${name} is taken`)
      const [type = '', base64 = ''] = (given ?? inventPublicKey(random)).split(' ')
      const publicKey = `${type} ${base64}`
      const blob = publicKeyBlob(publicKey)
      if (blob === undefined) throw new TypeError(`The public key of ${name} is not an OpenSSH line`)
      const fingerprint = importedFingerprint(blob, type)
      const record = { id: newId(random), name, type: typeOf(publicKey), publicKey, fingerprint, tags, createdAt }
      region.keyPairs.set(record.id, record, always)
      return { id: record.id, name, fingerprint }
    },
    snapshot: () => {
      const now = bench.catchUp()
      return { keyPairs: region.keyPairs.values(now), instances: region.instances.values(now) }
    },
    settle: () => bench.settle(),
  }
}
