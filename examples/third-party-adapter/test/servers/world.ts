import type { VirtualClock } from '@cloud-keypair/conformance'
import type { SeedInstance, World, WorldSnapshot } from '@cloud-keypair/core/testing'
import type { CloudServer } from './cloud-server.js'
import { inventPublicKey } from './invented-key.js'
import type { InstanceRow, Region } from './region.js'

// Longer than anything takes to happen.
const enoughMs = 10 * 60_000

/** Makes the world of a cloud for the suite: the content of its region, and faults of its calls. */
export function worldOf(
  server: CloudServer,
  region: Region,
  clock: VirtualClock,
  newId: (name: string) => string,
): World {
  return {
    // Seeds are there at once, and in reads that lag. A key pair without a key gets one that no other has.
    seedKeyPairs: async (keyPairs) =>
      region.seed(
        keyPairs.map(({ name, publicKey = inventPublicKey(), description = '', tags = {}, group = '' }) => ({
          id: newId(name),
          name,
          publicKey: publicKey.split(' ', 2).join(' '),
          description,
          tags,
          group,
        })),
        [],
      ),
    // An instance replaces one of its id. Its key pair is bound, and its guest accepts it. A starting one stays so.
    seedInstances: async (instances) =>
      region.seed(
        [],
        instances.map((seed) => rowOf(seed, region)),
      ),
    // The first fault that was added strikes first.
    fault: async (fault) => server.faults.add(fault),
    // For all later reads, of key pairs and instances. Answers to changes do not lag.
    setReadLag: async (ms) => {
      region.readLagMs = ms
    },
    // The guest gets the bound key pair, and drops the others.
    restart: async (id) => {
      const row = region.state.instances.get(id)
      if (row !== undefined) region.putInstances([{ ...row, authorized: row.bound }])
    },
    // All that takes time on the server happens within.
    settle: () => clock.sleep(enoughMs, new AbortController().signal),
    // The present, whatever reads show.
    snapshot: async () => snapshotOf(region),
    // Each request that arrived, as it was sent, also if it was refused.
    calls: async () => server.calls,
    forgetCalls: async () => {
      server.calls = []
    },
    clearFaults: async () => {
      server.faults.clear()
      region.readLagMs = 0
    },
  }
}

function rowOf({ id, power = 'running', kind = 'linux', keyPair }: SeedInstance, { state }: Region): InstanceRow {
  const bound = [...state.keyPairs.values()].findLast(({ name }) => name === keyPair)?.id
  return { id, power, kind, bound, authorized: bound }
}

function snapshotOf({ state: { keyPairs, instances } }: Region): WorldSnapshot {
  const nameOf = (id: string): string => keyPairs.get(id)?.name ?? id
  const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
  return {
    keyPairs: [...keyPairs.values()].map(({ id: _id, ...shown }) => shown).toSorted((a, b) => byText(a.name, b.name)),
    instances: [...instances.values()]
      .map(({ id, power, bound, authorized }) => ({
        id,
        power,
        bound: bound === undefined ? null : nameOf(bound),
        authorized: authorized === undefined ? [] : [nameOf(authorized)],
      }))
      .toSorted((a, b) => byText(a.id, b.id)),
  }
}
