import { createAwsDriver, createAwsKeyPairStore } from '@cloud-keypair/aws'
import { announcing, type Harness, type HarnessOptions, parking, type Subject } from '@cloud-keypair/conformance'
import { createHttpTransport } from '@cloud-keypair/core/http'
import type { SeedInstance, SeedKeyPair, World } from '@cloud-keypair/core/testing'
import { type Bridge, startBridge } from '../support/bridge.js'
import { inNoTime } from '../support/in-no-time.js'
import { loadVendor } from '../support/load-vendor.js'
import { newPublicKey } from '../support/new-public-key.js'
import { bridgedMoto } from './bridged-moto.js'
import type { Moto } from './moto.js'
import { launch, readInstances, readKeyPairs } from './records.js'

const region = 'eu-central-1'
const credentials = { accessKeyId: 'canary-access-key-id', secretAccessKey: 'canary-secret-access-key' }

/** The adapter for Amazon EC2 against moto. */
export function motoSubject(moto: Moto): Subject {
  return {
    name: 'aws on moto',
    variants: ['usual'],
    lacks: [
      // As in Amazon EC2: an answer has no verdicts by item, and an instance keeps the key pair of its launch.
      ...(['items', 'omits', 'foreign', 'repeats', 'contradicts', 'fails-late'] as const),
      ...(['restart', 'unfit', 'no-stock', 'full', 'busy', 'several'] as const),
      // moto is never late, cuts no page short, and its instances run at once.
      ...(['read-lag', 'starting', 'late', 'slow', 'short'] as const),
      // moto has its own clock, makes its own keys, has no limits, and takes 20 ms a call.
      ...(['time', 'given-key', 'limits', 'thousands'] as const),
      // The bridge ends no session and repeats no request, terminates no instance, and key pairs are those of the account.
      ...(['expired', 'echo', 'terminated', 'other-user'] as const),
    ],
    harness: async ({ clock, service: options }: HarnessOptions): Promise<Harness> => {
      await moto.reset()
      await loadVendor(createAwsDriver({ region, endpoint: 'http://127.0.0.1:1', credentials }))
      const instanceIds = new Map<string, string>()
      const bridge = await startBridge(bridgedMoto(moto, instanceIds), parking(clock))
      const transport = createHttpTransport({ proxy: 'none' })
      const account = { region, endpoint: bridge.url, credentials, transport: announcing(transport, clock) }
      return {
        service: createAwsKeyPairStore({ ...options, ...account }),
        driver: createAwsDriver({ ...account, testing: options.testing }),
        world: inNoTime(
          worldOf(moto, instanceIds, bridge, async (ms) => clock.sleep(ms, new AbortController().signal)),
          clock,
        ),
        facts: { refuses: [], namesRepeat: false, replaces: false, group: 'none' },
        canaries: Object.values(credentials),
        [Symbol.asyncDispose]: async () => {
          // The server first: what hangs in the transport waits for it.
          await bridge[Symbol.asyncDispose]()
          await transport.close()
        },
      }
    },
  }
}

function worldOf(
  moto: Moto,
  instanceIds: Map<string, string>,
  bridge: Bridge,
  pass: (ms: number) => Promise<void>,
): World {
  return {
    seedKeyPairs: async (keyPairs) => {
      for (const keyPair of keyPairs) await importInto(moto, keyPair)
    },
    seedInstances: async (instances) => {
      for (const instance of instances) await launchIn(moto, instanceIds, instance)
    },
    fault: async (fault) => bridge.fault(fault),
    setReadLag: async () => {},
    restart: async () => {},
    settle: () => pass(10 * 60_000),
    snapshot: async () => {
      const ids = new Map([...instanceIds].map(([id, known]) => [known, id]))
      const [keyPairs, instances] = [await readKeyPairs(moto), await readInstances(moto)]
      return {
        keyPairs: keyPairs
          .map(({ keyName, publicKey, tagSet }) => ({
            name: keyName,
            publicKey: publicKey.split(' ').slice(0, 2).join(' '),
            description: '',
            tags: Object.fromEntries(tagSet.map(({ key, value }) => [key, value])),
            group: '',
          }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        instances: instances
          .map(({ instanceId, keyName, instanceState }) => ({
            id: ids.get(instanceId) ?? instanceId,
            power: instanceState.name,
            bound: keyName ?? null,
            authorized: keyName === undefined ? [] : [keyName],
          }))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }
    },
    calls: async () => [...bridge.calls],
    forgetCalls: async () => void bridge.calls.splice(0),
    clearFaults: async () => bridge.clearFaults(),
  }
}

async function importInto(moto: Moto, { name, publicKey = newPublicKey(), tags = {} }: SeedKeyPair): Promise<void> {
  const list = Object.entries(tags).flatMap(([key, value], index): [string, string][] => [
    [`TagSpecification.1.Tag.${index + 1}.Key`, key],
    [`TagSpecification.1.Tag.${index + 1}.Value`, value],
  ])
  await moto.call('ec2', {
    Action: 'ImportKeyPair',
    KeyName: name,
    PublicKeyMaterial: Buffer.from(publicKey).toString('base64'),
    ...(list.length > 0 && { 'TagSpecification.1.ResourceType': 'key-pair', ...Object.fromEntries(list) }),
  })
}

async function launchIn(
  moto: Moto,
  instanceIds: Map<string, string>,
  { id, keyPair, power }: SeedInstance,
): Promise<void> {
  const before = instanceIds.get(id)
  if (before !== undefined) await moto.call('ec2', { Action: 'TerminateInstances', 'InstanceId.1': before })
  const known = await launch(moto, keyPair)
  instanceIds.set(id, known)
  if (power === 'stopped') await moto.call('ec2', { Action: 'StopInstances', 'InstanceId.1': known })
}
