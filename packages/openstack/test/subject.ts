import {
  announcing,
  type Harness,
  type HarnessOptions,
  parking,
  type Subject,
  type VirtualClock,
} from '@cloud-keypair/conformance'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import type { FaultyCall, ReceivedCall, World } from '@cloud-keypair/core/testing'
import { createOpenStackDriver, createOpenStackKeyPairStore } from '@cloud-keypair/openstack'
import {
  type OpenStackSimulator,
  type OpenStackVariants,
  type RecordedCall,
  startOpenStackSimulator,
} from '@cloud-keypair/simulator'
import { loadVendor } from '../../../tests/support/load-vendor.js'
import { type FaultForms, simulatorFault } from '../../../tests/support/simulator-fault.js'

/** The behaviours in which clouds differ. */
const variants: Readonly<Record<string, Partial<OpenStackVariants>>> = {
  usual: {},
  'project in the endpoint; 2.90 to 2.91; commented keys; 413 for the rate; links behind a proxy; tokens of minutes': {
    endpointForm: 'project',
    oldest: 35,
    newest: 91,
    seededKey: 'commented',
    throttledStatus: 413,
    linkHost: 'other',
    tokenMs: 15 * 60_000,
  },
}

const account = {
  userId: 'user-1',
  username: 'demo',
  password: 'password-of-demo',
  projectId: 'project-1',
  projectName: 'demo',
  applicationCredentialId: 'application-credential-1',
  applicationCredentialSecret: 'canary-application-secret',
}

const credentials = {
  kind: 'application-credential',
  applicationCredentialId: account.applicationCredentialId,
  applicationCredentialSecret: account.applicationCredentialSecret,
} as const

/** The adapter over the wire, against the simulator. */
export const openStackSubject: Subject = {
  name: 'openstack',
  variants: Object.keys(variants),
  // An answer has no verdicts by item, and a server keeps the key pair of its launch. One that starts is shown as stopped.
  lacks: [
    'items',
    'omits',
    'foreign',
    'repeats',
    'contradicts',
    'fails-late',
    'restart',
    'unfit',
    'no-stock',
    'busy',
    'several',
    'starting',
    // A deleted server is not listed.
    'terminated',
  ],
  harness: async ({ variant, clock, service: options, generateInCloud }: HarnessOptions): Promise<Harness> => {
    const nowhere = { authUrl: 'http://127.0.0.1:1', credentials }
    await loadVendor(createOpenStackDriver(nowhere))
    const simulator = await startOpenStackSimulator({
      clock: parking(clock),
      wallClock: () => clock.now(),
      accounts: [account],
      generateKeyPair: async () => generateInCloud(),
      // The suite makes more key pairs than the default quota.
      variants: { maxKeyPairs: -1, ...variants[variant] },
    })
    const transport = createHttpTransport({ proxy: 'none' })
    const tokens = new Set<string>()
    const reach = { authUrl: simulator.authUrl, credentials, transport: noting(announcing(transport, clock), tokens) }
    return {
      service: createOpenStackKeyPairStore({ ...options, ...reach }),
      driver: createOpenStackDriver({ ...reach, testing: options.testing }),
      world: worldOf(simulator, clock),
      // A list has no creation time; only the record of one key pair has it.
      facts: { refuses: [], namesRepeat: false, replaces: false, group: 'none', dated: false },
      get canaries() {
        return [account.applicationCredentialSecret, ...tokens]
      },
      [Symbol.asyncDispose]: async () => {
        // The server first: what hangs in the transport waits for it.
        await simulator.close()
        await transport.close()
      },
    }
  },
}

/** Wraps a transport: notes the token of each request. */
function noting(transport: HttpTransport, tokens: Set<string>): HttpTransport {
  return {
    close: () => transport.close(),
    send: (request, signal) => {
      const token = request.headers['x-auth-token']
      if (token !== undefined) tokens.add(token)
      return transport.send(request, signal)
    },
  }
}

const states = { running: 'ACTIVE', stopped: 'SHUTOFF', starting: 'BUILD' } as const
const powers: Readonly<Record<string, string>> = { ACTIVE: 'running', SHUTOFF: 'stopped' }

function worldOf(simulator: OpenStackSimulator, clock: VirtualClock): World {
  const { world } = simulator
  return {
    seedKeyPairs: async (keyPairs) => {
      for (const keyPair of keyPairs) world.seedKeyPair(keyPair)
    },
    seedInstances: async (instances) =>
      world.seedInstances(
        instances.map(({ id, power = 'running', keyPair, apart }) => ({
          id,
          status: states[power],
          keyName: keyPair,
          ...(apart === 'other-user' && { userId: 'user-2' }),
        })),
      ),
    fault: async (fault) => simulator.fault(simulatorFault(fault, actions[fault.on], faultForms)),
    setReadLag: async (ms) => simulator.setReadLag(ms),
    // A server accepts the key pair of its launch, whatever happens later.
    restart: async () => {},
    settle: async () => {
      const enough = 10 * 60_000
      await clock.sleep(enough, new AbortController().signal)
      world.settle()
    },
    snapshot: async () => {
      const { keyPairs, servers } = world.snapshot()
      return {
        keyPairs: keyPairs
          .map(({ name, publicKey }) => ({ name, publicKey: bare(publicKey), description: '', tags: {}, group: '' }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        instances: servers
          .map(({ id, status, keyName }) => ({
            id,
            power: powers[status] ?? 'other',
            bound: keyName ?? null,
            authorized: keyName === undefined ? [] : [keyName],
          }))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }
    },
    calls: async () => simulator.calls.flatMap(callsOf),
    forgetCalls: async () => simulator.clearCalls(),
    clearFaults: async () => {
      simulator.clearFaults()
      simulator.setReadLag(0)
    },
  }
}

function bare(publicKey: string): string {
  return publicKey.split(/\s/).slice(0, 2).join(' ')
}

const faultForms: FaultForms = {
  // A proxy may quote what it was sent.
  denied: {
    status: 403,
    code: 'forbidden',
    message: `Policy doesn't allow it for ${account.applicationCredentialSecret}.`,
  },
  expired: { status: 401, code: 'error' },
  full: { status: 403, code: 'forbidden', message: 'Quota exceeded, too many key pairs.' },
  failed: { status: 500, code: 'computeFault' },
  failedAnswer: 'html-502',
}

const actions: Readonly<Record<FaultyCall, string>> = {
  import: 'ImportKeyPair',
  create: 'CreateKeyPair',
  delete: 'DeleteKeyPair',
  lookup: 'ShowKeyPair',
  list: 'ListKeyPairs',
  'list-instances': 'ListServers',
  'read-instances': 'none',
  update: 'none',
  attach: 'none',
  detach: 'none',
  stop: 'none',
  start: 'none',
  reboot: 'none',
}

const kinds = new Map(
  Object.entries(actions).flatMap(([call, action]) => (isCall(call) ? [[action, call] as const] : [])),
)

function isCall(call: string): call is FaultyCall {
  return call in actions
}

/** Returns a call in the words of the suite; none for a login and for the versions of Nova. */
function callsOf({ action, query, mutating }: RecordedCall): readonly ReceivedCall[] {
  const call = kinds.get(action)
  if (call === undefined) return []
  const items = call === 'lookup' || call === 'delete' ? [query['name'] ?? ''] : []
  return [{ call, mutating, items }]
}
