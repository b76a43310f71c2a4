import { announcing, type Harness, type HarnessOptions, parking, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import type { World } from '@cloud-keypair/core/testing'
import { createOpenStackDriver, createOpenStackKeyPairStore } from '@cloud-keypair/openstack'
import { randomUUID } from 'node:crypto'
import { type Bridge, startBridge } from '../support/bridge.js'
import { inNoTime } from '../support/in-no-time.js'
import { loadVendor } from '../support/load-vendor.js'
import { newPublicKey } from '../support/new-public-key.js'
import { bridgedNova } from './bridged-nova.js'
import type { Administrator } from './keystone.js'
import type { NewServer } from './records.js'
import type { Servers } from './servers.js'

/** The adapter for OpenStack against Keystone and Nova. Nova must not have a quota of key pairs. */
export function novaSubject(servers: Servers, administrator: Administrator): Subject {
  const { authUrl, novaUrl, password } = servers
  const domains = { userDomainName: 'Default', projectDomainName: 'Default' }
  const credentials = { kind: 'password', username: 'admin', password, projectName: 'admin', ...domains } as const
  return {
    name: 'openstack on Nova',
    variants: ['usual'],
    lacks: [
      // An answer has no verdicts by item, and a server keeps the key pair of its launch.
      ...(['items', 'omits', 'foreign', 'repeats', 'restart', 'unfit', 'no-stock', 'full', 'busy', 'several'] as const),
      // Nova is never late, and its servers are records in its database: none starts.
      ...(['read-lag', 'starting', 'late', 'slow'] as const),
      // Nova has its own clock, makes its own keys, and takes 10 ms a call.
      ...(['time', 'given-key', 'thousands'] as const),
      // The bridge ends no session and repeats no request, a deleted server is not listed, and all servers here are of one user.
      ...(['expired', 'echo', 'terminated', 'other-user'] as const),
    ],
    harness: async ({ clock, service: options }: HarnessOptions): Promise<Harness> => {
      await servers.changeRecords({ forget: true })
      await loadVendor(createOpenStackDriver({ authUrl: 'http://127.0.0.1:1', credentials }))
      const serverIds = new Map<string, string>()
      const bridge = await startBridge(bridgedNova(novaUrl, serverIds), parking(clock))
      const transport = createHttpTransport({ proxy: 'none' })
      const endpoint = novaUrl.replace(new URL(novaUrl).origin, bridge.url)
      const account = { authUrl, endpoint, credentials, transport: announcing(transport, clock) }
      const world = worldOf({ servers, administrator, bridge, serverIds }, async (ms) =>
        clock.sleep(ms, new AbortController().signal),
      )
      return {
        service: createOpenStackKeyPairStore({ ...options, ...account }),
        driver: createOpenStackDriver({ ...account, testing: options.testing }),
        world: inNoTime(world, clock),
        // A list has no creation time; only the record of one key pair has it.
        facts: { refuses: [], namesRepeat: false, replaces: false, group: 'none', dated: false },
        canaries: [password],
        [Symbol.asyncDispose]: async () => {
          // The bridge first: what hangs in the transport waits for it.
          await bridge[Symbol.asyncDispose]()
          await transport.close()
        },
      }
    },
  }
}

/** The parts of a world. */
interface Parts {
  readonly servers: Servers
  readonly administrator: Administrator
  readonly bridge: Bridge
  /** The ids of Nova's servers by those that the suite gave them. */
  readonly serverIds: Map<string, string>
}

const states = { running: 'active', stopped: 'stopped' } as const
const powers = { active: 'running', stopped: 'stopped' } as const

function worldOf({ servers, administrator, bridge, serverIds }: Parts, pass: (ms: number) => Promise<void>): World {
  const { userId: user_id, projectId: project_id } = administrator
  return {
    seedKeyPairs: async (seeds) => {
      const keyPairs = seeds.map(({ name, publicKey = newPublicKey() }) => ({ name, public_key: publicKey, user_id }))
      await servers.changeRecords({ keyPairs })
    },
    seedInstances: async (instances) => {
      const seeds = instances.map(({ id, power = 'running', keyPair = null }): NewServer => {
        if (power === 'starting') throw new TypeError('No server of Nova starts')
        if (serverIds.has(id)) throw new TypeError(`The server ${id} is there already`)
        const uuid = randomUUID()
        serverIds.set(id, uuid)
        return { uuid, vm_state: states[power], key_name: keyPair, user_id, project_id }
      })
      // Nova lists the newest first, and the suite expects the order in which it gave them.
      await servers.changeRecords({ servers: seeds.toReversed() })
    },
    fault: async (fault) => bridge.fault(fault),
    setReadLag: async () => {},
    restart: async () => {},
    settle: () => pass(10 * 60_000),
    snapshot: async () => {
      const ids = new Map([...serverIds].map(([id, known]) => [known, id]))
      const { key_pairs: keyPairs, servers: instances } = await servers.changeRecords({})
      return {
        keyPairs: keyPairs
          .map(({ name, public_key: key }) => ({
            name,
            publicKey: key.split(/\s/).slice(0, 2).join(' '),
            description: '',
            tags: {},
            group: '',
          }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        instances: instances
          .map(({ uuid, vm_state: state, key_name: key }) => ({
            id: ids.get(uuid) ?? uuid,
            power: powers[state],
            bound: key,
            authorized: key === null ? [] : [key],
          }))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }
    },
    calls: async () => [...bridge.calls],
    forgetCalls: async () => void bridge.calls.splice(0),
    clearFaults: async () => bridge.clearFaults(),
  }
}
