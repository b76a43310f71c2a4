import type { Bench } from '../bench.js'
import { inventPublicKey } from '../public-key.js'
import type { Random } from '../random.js'
import type { SeededKeyPair, SimulatedWorld } from '../seed.js'
import { fingerprintOfLine } from './actions.js'
import { type KeyPairRecord, keyOf, type OpenStackServerState, type Region, type ServerRecord } from './region.js'
import type { OpenStackVariants } from './variants.js'

/** A key pair of the first account, to put into the world. */
export interface OpenStackSeedKeyPair {
  readonly name: string
  /** An OpenSSH line. Default: an invented one. */
  readonly publicKey?: string | undefined
}

/** A server to put into the project. */
export interface OpenStackSeedServer {
  readonly id: string
  /** Default `ACTIVE`. */
  readonly status?: OpenStackServerState | undefined
  /** The name of the key pair of its launch. */
  readonly keyName?: string | undefined
  /** The user who launched it. Default: that of the first account. */
  readonly userId?: string | undefined
}

/** Everything in a region. */
export interface OpenStackWorldSnapshot {
  readonly keyPairs: readonly KeyPairRecord[]
  readonly servers: readonly ServerRecord[]
}

/** The ways of a test to read and change the world without the API. */
export interface OpenStackWorld extends SimulatedWorld<
  OpenStackSeedKeyPair,
  OpenStackSeedServer,
  OpenStackWorldSnapshot
> {
  /** Deletes a key pair of the first account, as its owner does in another program. */
  removeKeyPair(name: string): void
  /** Ends all tokens, as Keystone does when a credential is revoked. */
  revokeTokens(): void
}

/** Seeds count as always there, so that a lagging read shows them too. */
const always = -Infinity

/** The parts of a simulator that its world changes. */
export interface WorldParts {
  readonly bench: Bench
  readonly random: Random
  readonly variants: OpenStackVariants
  readonly userId: string
  revokeTokens(): void
}

/** Makes the world of a region. */
export function createWorld(region: Region, parts: WorldParts): OpenStackWorld {
  const { bench, random, variants, userId, revokeTokens } = parts
  return {
    seedInstances: (servers) => {
      bench.catchUp()
      for (const { id, status = 'ACTIVE', keyName, userId: owner = userId } of servers) {
        region.servers.set(id, { id, status, keyName, userId: owner }, always)
      }
    },
    seedKeyPair: ({ name, publicKey: given = inventPublicKey(random) }): SeededKeyPair => {
      const createdAt = bench.catchUp()
      const key = keyOf(userId, name)
      if (region.keyPairs.get(key) !== undefined) throw new TypeError(`The name ${name} is taken`)
      const fingerprint = fingerprintOfLine(given)
      if (fingerprint === undefined) throw new TypeError(`The public key of ${name} is not an OpenSSH line`)
      const publicKey = variants.seededKey === 'bare' ? given : `${given} me@example.org\n`
      region.keyPairs.set(key, { userId, name, publicKey, fingerprint, createdAt }, always)
      return { id: name, name, fingerprint }
    },
    snapshot: () => {
      const now = bench.catchUp()
      return { keyPairs: region.keyPairs.values(now), servers: region.servers.values(now) }
    },
    settle: () => bench.settle(),
    removeKeyPair: (name) => region.keyPairs.delete(keyOf(userId, name), bench.catchUp()),
    revokeTokens,
  }
}
