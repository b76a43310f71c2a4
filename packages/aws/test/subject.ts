import { createAwsDriver, createAwsKeyPairStore } from '@cloud-keypair/aws'
import {
  announcing,
  type Harness,
  type HarnessOptions,
  parking,
  type Subject,
  type VirtualClock,
} from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import type { World } from '@cloud-keypair/core/testing'
import { type AwsSimulator, type AwsVariants, startAwsSimulator } from '@cloud-keypair/simulator'
import { loadVendor } from '../../../tests/support/load-vendor.js'
import { renewing } from '../../../tests/support/renewing.js'
import { type FaultForms, simulatorFault } from '../../../tests/support/simulator-fault.js'
import { actions, callOf } from './support/vendor-calls.js'

/** The behaviours that the documents of Amazon EC2 leave open. */
const variants: Readonly<Record<string, Partial<AwsVariants>>> = {
  usual: {},
  'public keys with their name; a delete of nothing is refused; RSA as documented': {
    publicKeyText: 'name-as-comment',
    deleteMissing: 'refused',
    rsaBits: 'documented',
    limitCode: 'ResourceLimitExceeded',
  },
}

const accessKeyId = 'canary-access-key-id'
const secretAccessKey = 'canary-secret-access-key'
const sessionToken = 'canary-session-token'
const next = { accessKeyId: 'next-id', secretAccessKey: 'next-secret', sessionToken: 'next-token' }

/** The adapter over the wire, against the simulator. */
export const awsSubject: Subject = {
  name: 'aws',
  variants: Object.keys(variants),
  // An answer has no verdicts by item, and an instance keeps the key pair of its launch.
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
    // No page names the code of the quota of key pairs.
    'full',
    'several',
    // Key pairs are those of the account.
    'other-user',
  ],
  harness: async ({ variant, clock, service: options, generateInCloud }: HarnessOptions): Promise<Harness> => {
    const credentials = { accessKeyId, secretAccessKey, sessionToken }
    await loadVendor(createAwsDriver({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1', credentials }))
    const simulator = await startAwsSimulator({
      clock: parking(clock),
      wallClock: () => clock.now(),
      accounts: [credentials, next],
      generateKeyPair: async () => generateInCloud(),
      variants: variants[variant],
    })
    const transport = createHttpTransport({ proxy: 'none' })
    const account = {
      region: simulator.region,
      endpoint: simulator.url,
      credentials: renewing(credentials, next),
      transport: announcing(transport, clock),
    }
    return {
      service: createAwsKeyPairStore({ ...options, ...account }),
      driver: createAwsDriver({ ...account, credentials: renewing(credentials, next), testing: options.testing }),
      world: worldOf(simulator, clock),
      facts: { refuses: [], namesRepeat: false, replaces: false, group: 'none' },
      canaries: [secretAccessKey, sessionToken, accessKeyId],
      [Symbol.asyncDispose]: async () => {
        // The server first: what hangs in the transport waits for it.
        await simulator.close()
        await transport.close()
      },
    }
  },
}

function worldOf(simulator: AwsSimulator, clock: VirtualClock): World {
  const { world } = simulator
  const settle = async (): Promise<void> => {
    const enough = 10 * 60_000
    await clock.sleep(enough, new AbortController().signal)
    world.settle()
  }
  return {
    seedKeyPairs: async (keyPairs) => {
      for (const keyPair of keyPairs) world.seedKeyPair(keyPair)
    },
    seedInstances: async (instances) =>
      world.seedInstances(
        instances.map(({ id, power = 'running', keyPair, apart }) => ({
          id,
          state: apart === 'terminated' ? apart : power === 'starting' ? 'pending' : power,
          keyName: keyPair,
        })),
      ),
    fault: async (fault) => simulator.fault(simulatorFault(fault, actions[fault.on], faultForms)),
    setReadLag: async (ms) => simulator.setReadLag(ms),
    // An instance accepts the key pair of its launch, whatever happens later.
    restart: async () => {},
    settle,
    snapshot: async () => {
      const { keyPairs, instances } = world.snapshot()
      return {
        keyPairs: keyPairs
          .map(({ name, publicKey, tags }) => ({ name, publicKey, description: '', tags, group: '' }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        instances: instances
          .map(({ id, state, keyName }) => ({
            id,
            power: state === 'pending' ? 'starting' : state,
            bound: keyName ?? null,
            authorized: keyName === undefined ? [] : [keyName],
          }))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }
    },
    calls: async () => simulator.calls.map(callOf),
    forgetCalls: async () => simulator.clearCalls(),
    clearFaults: async () => {
      simulator.clearFaults()
      simulator.setReadLag(0)
    },
  }
}

const faultForms: FaultForms = {
  // As the cloud does, it says who is not allowed.
  denied: { status: 403, code: 'UnauthorizedOperation', message: `${accessKeyId} is not allowed.` },
  expired: { status: 400, code: 'ExpiredToken' },
  failed: { status: 500, code: 'InternalError' },
}
