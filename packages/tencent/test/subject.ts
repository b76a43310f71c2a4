import {
  announcing,
  type Harness,
  type HarnessOptions,
  parking,
  type Subject,
  type VirtualClock,
} from '@cloud-keypair/conformance'
import type { KeyPairService } from '@cloud-keypair/core'
import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import { createHttpTransport } from '@cloud-keypair/core/http'
import type { FaultyCall, ReceivedCall, World } from '@cloud-keypair/core/testing'
import {
  type RecordedCall,
  startTencentSimulator,
  type TencentSimulator,
  type TencentVariants,
} from '@cloud-keypair/simulator'
import { createTencentDriver, createTencentKeyPairService, type TencentServiceOptions } from '@cloud-keypair/tencent'
import { loadVendor } from '../../../tests/support/load-vendor.js'
import { renewing } from '../../../tests/support/renewing.js'
import { type FaultForms, simulatorFault } from '../../../tests/support/simulator-fault.js'

// Slow restarts in other worlds would only repeat the same reads.
const quick: Partial<TencentVariants> = { powerChangeMs: 4_000 }

// Independent behaviours share a world. Two are in worlds.test.ts: if changes fail later, no attach succeeds, and a cloud
// that takes a public key twice is not the one that `keys.unique` describes.
const variants: Readonly<Record<string, Partial<TencentVariants>>> = {
  usual: { powerChangeMs: 20_000 },
  'changes at once; a delete of a used key pair is refused; names by a part; a detach of another is refused': {
    change: 'at-once',
    deleteUsed: 'refused',
    keyNameFilter: 'contains',
    detachOther: 'refused',
    attachSeveral: 'refused',
  },
  'key pairs of the account; all types of keys; users shown late; slower changes': {
    keyPairsOf: 'account',
    otherKeyTypes: 'accepted',
    associatedLagMs: 10_000,
    changeMs: 9_000,
  },
}

const secretId = 'canary-secret-id'
const secretKey = 'canary-secret-key'
const token = 'canary-token'
const next = { secretId: 'next-id', secretKey: 'next-key', token: 'next-token' }
const project = 1001

/** The adapter over the wire, against the simulator. */
export const tencentSubject: Subject = {
  name: 'tencent',
  variants: Object.keys(variants),
  // No answer to a change has a verdict on an item. An instance that is given back keeps its key pair until it is gone.
  lacks: ['omits', 'foreign', 'repeats', 'contradicts', 'terminated', 'other-user'],
  harness: (options) => startWorld({ ...quick, ...variants[options.variant] }, options),
}

/** A harness, and the simulator behind it. */
interface TencentHarness extends Harness {
  readonly service: KeyPairService
  readonly simulator: TencentSimulator
  readonly connection: TencentServiceOptions
}

/** Starts a simulator with these behaviours, and the adapter over it. */
export async function startWorld(
  traits: Partial<TencentVariants>,
  { clock, service: options, generateInCloud }: Omit<HarnessOptions, 'variant'>,
): Promise<TencentHarness> {
  const credentials = { secretId, secretKey, token }
  await loadVendor(createTencentDriver({ region: 'ap-guangzhou', endpoint: 'http://127.0.0.1:1', credentials }))
  const simulator = await startTencentSimulator({
    clock: parking(clock),
    wallClock: () => clock.now(),
    accounts: [credentials, next],
    projects: [project],
    generateKeyPair: async () => generateInCloud(),
    variants: traits,
  })
  const transport = createHttpTransport({ proxy: 'none' })
  const account = {
    region: simulator.region,
    endpoint: simulator.url,
    credentials: renewing(credentials, next),
    transport: announcing(transport, clock),
  }
  const driver = createTencentDriver({ ...account, credentials: renewing(credentials, next), testing: options.testing })
  return {
    service: createTencentKeyPairService({ ...options, ...account }),
    driver,
    simulator,
    connection: { ...options, ...account },
    world: worldOf(simulator, clock, driver),
    facts: { refuses: ['windows'], namesRepeat: false, replaces: true, group: String(project) },
    canaries: [secretKey, token, secretId],
    [Symbol.asyncDispose]: async () => {
      // The server first: what hangs in the transport waits for it.
      await simulator.close()
      await transport.close()
    },
  }
}

function worldOf(simulator: TencentSimulator, clock: VirtualClock, driver: KeyPairDriver): World {
  const { world } = simulator
  const settle = async (): Promise<void> => {
    const enough = 10 * 60_000
    await clock.sleep(enough, new AbortController().signal)
    world.settle()
  }
  return {
    seedKeyPairs: async (keyPairs) => {
      for (const { group, ...keyPair } of keyPairs) world.seedKeyPair({ ...keyPair, project: Number(group ?? 0) })
    },
    seedInstances: async (instances) =>
      world.seedInstances(
        instances.map(({ id, power = 'running', kind, keyPair, alsoBound = [] }) => ({
          id,
          status: power === 'running' ? 'RUNNING' : power === 'stopped' ? 'STOPPED' : 'STARTING',
          os: kind === 'windows' ? 'Windows' : 'Linux',
          keyPairs: keyPair === undefined ? [] : [keyPair, ...alsoBound],
        })),
      ),
    fault: async (fault) => simulator.fault(simulatorFault(fault, actions[fault.on], faultForms)),
    setReadLag: async (ms) => simulator.setReadLag(ms),
    restart: async (instanceId) => {
      await settle()
      const running = world.snapshot().instances.some(({ id, status }) => id === instanceId && status === 'RUNNING')
      const context = { signal: new AbortController().signal, token: '', trace: () => {} }
      const request = { instanceIds: [instanceId], force: false }
      await (running ? driver.doRebootInstances(request, context) : driver.doStartInstances(request, context))
      await settle()
    },
    settle,
    snapshot: async () => {
      const { keyPairs, instances } = world.snapshot()
      const names = new Map(keyPairs.map(({ id, name }) => [id, name]))
      const namesOf = (ids: readonly string[]): readonly string[] => ids.map((id) => names.get(id) ?? id)
      return {
        keyPairs: keyPairs.map(({ name, publicKey, description, tags, project: group }) => ({
          name,
          publicKey,
          description,
          tags,
          group: String(group),
        })),
        instances: instances.map(({ id, status, bound, authorized }) => ({
          id,
          power: status.toLowerCase(),
          bound: bound.length === 0 ? null : namesOf(bound).join('\n'),
          authorized: namesOf(authorized).toSorted(),
        })),
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

const actions: Readonly<Record<FaultyCall, string>> = {
  import: 'ImportKeyPair',
  create: 'CreateKeyPair',
  update: 'ModifyKeyPairAttribute',
  delete: 'DeleteKeyPairs',
  attach: 'AssociateInstancesKeyPairs',
  detach: 'DisassociateInstancesKeyPairs',
  stop: 'StopInstances',
  start: 'StartInstances',
  reboot: 'RebootInstances',
  lookup: 'DescribeKeyPairs',
  list: 'DescribeKeyPairs',
  'read-instances': 'DescribeInstances',
  'list-instances': 'DescribeInstances',
}

const faultForms: FaultForms = {
  // As the cloud does, it says who is not allowed.
  denied: { status: 200, code: 'UnauthorizedOperation', message: `${secretId} is not allowed.` },
  expired: { status: 200, code: 'AuthFailure.TokenFailure' },
  'no-stock': { status: 200, code: 'ResourceInsufficient.SpecifiedInstanceType' },
  full: { status: 200, code: 'InvalidKeyPair.LimitExceeded' },
  busy: { status: 200, code: 'MutexOperation.TaskRunning' },
  failed: { status: 200, code: 'InternalServerError' },
  failedAnswer: 'error-in-200',
  tellsLateFailures: true,
  items: {
    gone: { code: 'InvalidInstanceId.NotFound' },
    throttled: { code: 'MutexOperation.TaskRunning' },
    strange: { code: 'Strange.Code' },
    failed: { code: 'InternalServerError' },
  },
}

function callOf({ action, query, mutating }: RecordedCall): ReceivedCall {
  const { InstanceIds, KeyIds, Filters } = query
  const items = textsIn(InstanceIds ?? KeyIds) ?? namesIn(Filters)
  return { call: nameOf(action, items.length > 0), mutating, items, forced: query['StopType'] === 'HARD' }
}

function textsIn(json: string | undefined): readonly string[] | undefined {
  const texts: unknown = json === undefined ? undefined : JSON.parse(json)
  return Array.isArray(texts) ? texts.map(String) : undefined
}

/** Returns the values of the only filter that the adapter sends. */
function namesIn(json: string | undefined): readonly string[] {
  const [, values] = /"Values":(\[[^\]]*\])/.exec(json ?? '') ?? []
  return textsIn(values) ?? []
}

function nameOf(action: string, exact: boolean): FaultyCall {
  switch (action) {
    case 'ImportKeyPair':
      return 'import'
    case 'CreateKeyPair':
      return 'create'
    case 'DeleteKeyPairs':
      return 'delete'
    case 'AssociateInstancesKeyPairs':
      return 'attach'
    case 'DisassociateInstancesKeyPairs':
      return 'detach'
    case 'StopInstances':
      return 'stop'
    case 'StartInstances':
      return 'start'
    case 'RebootInstances':
      return 'reboot'
    case 'DescribeKeyPairs':
      return exact ? 'lookup' : 'list'
    case 'DescribeInstances':
      return exact ? 'read-instances' : 'list-instances'
    default:
      return 'update'
  }
}
