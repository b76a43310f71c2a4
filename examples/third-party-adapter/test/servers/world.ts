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
    seedInstances: async (instances) =>
      region.seed(
        [],
        instances.map((seed) => rowOf(seed, region)),
      ),
    fault: async (fault) => server.faults.add(fault),
    setReadLag: async (ms) => {
      region.readLagMs = ms
    },
    restart: async (id) => {
      const row = region.state.instances.get(id)
      if (row !== undefined) region.putInstances([{ ...row, authorized: row.bound }])
    },
    settle: () => clock.sleep(enoughMs, new AbortController().signal),
    snapshot: async () => snapshotOf(region),
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
