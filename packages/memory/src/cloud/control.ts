import { parsePublicKey, type PublicKey } from '@cloud-keypair/core'
import type { SeedInstance, SeedKeyPair, WorldSnapshot } from '@cloud-keypair/core/testing'
import type { MemoryWorld } from '../world.js'
import type { Gateway } from './gateway.js'
import { restarted, settledKeys } from './guest-keys.js'
import { inventPublicKey } from './public-key.js'
import type { Region } from './region.js'

// Seeds count as always there, so that a lagging read shows them too.
const always = -Infinity

/** Creates the interface by which tests read and change a cloud without calls. */
export function createWorld(region: Region, gateway: Gateway): MemoryWorld {
  return {
    async seedKeyPairs(keyPairs) {
      const now = gateway.now()
      for (const keyPair of keyPairs) seedKeyPair(region, keyPair, now)
    },
    async seedInstances(instances) {
      gateway.now()
      for (const instance of instances) seedInstance(region, instance)
    },
    async fault(fault) {
      if (fault.kind === 'fails-late' && region.traits.changes === 'at-once') {
        throw new TypeError('No change of this cloud fails later: a change is over with its answer')
      }
      if (fault.kind === 'expired') throw new TypeError('No session of this cloud ends: it has no credentials')
      gateway.faults.add(fault, gateway.now())
    },
    async setReadLag(ms) {
      gateway.readLagMs = ms
    },
    async restart(instanceId) {
      const now = gateway.now()
      const instance = region.instances.get(instanceId)
      if (instance === undefined) throw new TypeError(`There is no instance ${instanceId}`)
      region.instances.set(instanceId, { ...instance, keys: restarted(instance.keys) }, now)
    },
    async settle() {
      gateway.settle()
    },
    async snapshot() {
      gateway.now()
      return snapshotOf(region)
    },
    async calls() {
      return [...gateway.received]
    },
    async forgetCalls() {
      gateway.received.length = 0
    },
    async clearFaults() {
      gateway.faults.clear()
      gateway.readLagMs = 0
    },
  }
}

function seedKeyPair(region: Region, seed: SeedKeyPair, now: number): void {
  const { name, description = '', tags = {}, group = '', publicKey } = seed
  const key = publicKey === undefined ? inventPublicKey() : publicKeyOf(publicKey)
  const added = region.addKeyPair({ name, description, tags, group, key }, now, always)
  if (added.isErr()) throw new TypeError(`${name}: ${added.error.message}`)
}

function publicKeyOf(line: string): PublicKey {
  const key = parsePublicKey(line)
  if (key.isErr()) throw new TypeError(key.error.message)
  return key.value
}

function seedInstance(region: Region, seed: SeedInstance): void {
  const { id, power = 'running', kind = 'linux', keyPair, alsoBound = [], apart } = seed
  if (apart !== undefined) throw new TypeError(`This cloud has no ${apart} instance`)
  const bound = [...(keyPair === undefined ? [] : [keyPair]), ...alsoBound].map((name) => {
    const found = region.named(name).at(-1)
    if (found === undefined) throw new TypeError(`Instance ${id} names a key pair that is not there: ${name}`)
    return found.id
  })
  region.instances.set(id, { id, serial: region.nextSerial(), power, kind, keys: settledKeys(bound) }, always)
}

function snapshotOf(region: Region): WorldSnapshot {
  const keyPairs = region.keyPairs
    .values()
    .map(({ name, publicKey, description, tags, group }) => ({ name, publicKey, description, tags, group }))
  const instances = region.instances.values().map(({ id, power, keys: { bound, authorized } }) => ({
    id,
    power,
    bound: bound.length === 0 ? null : bound.map((keyPairId) => region.nameOf(keyPairId)).join('\n'),
    authorized: authorized.map((keyPairId) => region.nameOf(keyPairId)).sort(),
  }))
  return {
    keyPairs: keyPairs.sort((a, b) => compare(a.name, b.name)),
    instances: instances.sort((a, b) => compare(a.id, b.id)),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
