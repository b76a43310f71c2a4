import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import { createHttpTransport } from '@cloud-keypair/core/http'
import {
  announcing,
  type Harness,
  type HarnessOptions,
  numbered,
  parking,
  type Subject,
  type VirtualClock,
} from '@cloud-keypair/conformance'
import type { Fault, FaultyCall, ReceivedCall, World } from '@cloud-keypair/core/testing'
import {
  type RecordedCall,
  startVolcengineSimulator,
  type VolcengineSimulator,
  type VolcengineVariants,
} from '@cloud-keypair/simulator'
import { createVolcengineDriver, createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { loadVendor } from '../../../tests/support/load-vendor.js'
import { renewing } from '../../../tests/support/renewing.js'
import { type FaultForms, simulatorFault } from '../../../tests/support/simulator-fault.js'

// Slow restarts in other worlds would only repeat the same reads.
const quick: Partial<VolcengineVariants> = { powerChangeMs: 4_000 }

// Independent behaviours share a world: forms of answers, codes of refusals, results of a change.
const variants: Readonly<Record<string, Partial<VolcengineVariants>>> = {
  usual: { powerChangeMs: 20_000, emptyTagFilter: 'nothing', capacityGivenBack: 'gone' },
  'detach of another is an error; in-use by another code': {
    detachOther: 'error',
    inUseCode: 'InvalidKeyPair.Bound',
    createCodes: 'prefixed',
  },
  "detach of another detaches; a second change loses the first; a token's failure is forgotten; in-use by a code that says nothing":
    {
      detachOther: 'detaches',
      secondChange: 'first-lost',
      tokenFailure: 'forgotten',
      inUseCode: 'Refused',
    },
  'bound after seconds; a replay lacks the private key; opaque fingerprints; fuzzy is a prefix, verdicts in any order':
    {
      boundAfterAttach: 'after-seconds',
      createReplay: 'without-private-key',
      fingerprint: 'opaque',
      fuzzyName: 'prefix',
      detailOrder: 'shuffled',
    },
  'instances by a fuzzy name; short URLs; fingerprints over another form of the key': {
    instanceNameFilter: 'fuzzy',
    urlLimit: 7_300,
    fingerprint: 'md5-of-spki',
  },
}

const accessKeyId = 'canary-access-key-id'
const secretAccessKey = 'canary-secret-access-key'
const sessionToken = 'canary-session-token'
const next = { accessKeyId: 'next-id', secretAccessKey: 'next-secret', sessionToken: 'next-token' }

/** The adapter over the wire, against the simulator. */
export const volcengineSubject: Subject = {
  name: 'volcengine',
  variants: Object.keys(variants),
  // The cloud binds one key pair to an instance. No page tells of records of deleted instances, or of users of an account.
  lacks: ['several', 'terminated', 'other-user'],
  harness: async ({ variant, clock, service: options, generateInCloud }: HarnessOptions): Promise<Harness> => {
    const credentials = { accessKeyId, secretAccessKey }
    const first = { ...credentials, sessionToken }
    await loadVendor(createVolcengineDriver({ region: 'cn-beijing', endpoint: 'http://127.0.0.1:1', credentials }))
    const simulator = await startVolcengineSimulator({
      clock: parking(clock),
      wallClock: () => clock.now(),
      accounts: [first, next],
      generateKeyPair: async () => generateInCloud(),
      variants: { ...quick, ...variants[variant] },
    })
    const transport = createHttpTransport({ proxy: 'none' })
    const account = {
      region: simulator.region,
      endpoint: simulator.url,
      credentials: renewing(first, next),
      transport: announcing(transport, clock),
    }
    const driver = createVolcengineDriver({ ...account, credentials: renewing(first, next), testing: options.testing })
    return {
      service: createVolcengineKeyPairService({ ...options, ...account }),
      driver,
      world: worldOf(simulator, clock, driver),
      facts: {
        refuses: ['windows', 'agentless'],
        namesRepeat: false,
        replaces: true,
        group: 'project-a',
        datesChanges: true,
        judgesTags: true,
      },
      canaries: [secretAccessKey, sessionToken, accessKeyId],
      [Symbol.asyncDispose]: async () => {
        // The server first: what hangs in the transport waits for it.
        await simulator.close()
        await transport.close()
      },
    }
  },
}

function worldOf(simulator: VolcengineSimulator, clock: VirtualClock, driver: KeyPairDriver): World {
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
        instances.map(({ id, power = 'running', kind, keyPair }) => ({
          id,
          status: power === 'running' ? 'RUNNING' : power === 'stopped' ? 'STOPPED' : 'STARTING',
          osType: kind === 'windows' ? 'Windows' : 'Linux',
          agent: kind !== 'agentless',
          keyPair,
        })),
      ),
    fault: async (fault) => simulator.fault(simulatorFault(fault, actionOf(fault), faultForms)),
    setReadLag: async (ms) => simulator.setReadLag(ms),
    restart: async (instanceId) => {
      const running = world.snapshot().instances.some(({ id, status }) => id === instanceId && status === 'RUNNING')
      const context = {
        signal: new AbortController().signal,
        token: `restart-${simulator.calls.length}`,
        trace: () => {},
      }
      const request = { instanceIds: [instanceId], force: false }
      await (running ? driver.doRebootInstances(request, context) : driver.doStartInstances(request, context))
      await settle()
    },
    settle,
    snapshot: async () => {
      const { keyPairs, instances } = world.snapshot()
      const names = new Map(keyPairs.map(({ id, name }) => [id, name]))
      return {
        keyPairs: keyPairs.map(({ name, publicKey, description, tags, project }) => ({
          name,
          publicKey,
          description,
          tags,
          group: project,
        })),
        instances: instances.map(({ id, status, bound, authorized }) => ({
          id,
          power: status.toLowerCase(),
          bound: bound?.name ?? null,
          authorized: authorized.map((keyPairId) => names.get(keyPairId) ?? keyPairId),
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

/** Returns the action that a fault strikes. Of the changes of a key pair, those of tags alone have verdicts on items. */
function actionOf({ on, kind }: Fault): string {
  return on === 'update' && kind === 'items' ? 'CreateTags' : actions[on]
}

const actions: Readonly<Record<FaultyCall, string>> = {
  import: 'ImportKeyPair',
  create: 'CreateKeyPair',
  update: 'ModifyKeyPairAttribute',
  delete: 'DeleteKeyPairs',
  attach: 'AttachKeyPair',
  detach: 'DetachKeyPair',
  stop: 'StopInstances',
  start: 'StartInstances',
  reboot: 'RebootInstances',
  lookup: 'DescribeKeyPairs',
  list: 'DescribeKeyPairs',
  'read-instances': 'DescribeInstances',
  'list-instances': 'DescribeInstances',
}

const faultForms: FaultForms = {
  denied: { status: 403, code: 'AccessDenied' },
  expired: { status: 401, code: 'InvalidSecretToken' },
  'no-stock': { status: 400, code: 'InsufficientStock' },
  full: { status: 400, code: 'QuotaExceeded.KeyPair' },
  busy: { status: 412, code: 'IdempotentProcessing' },
  failed: { status: 500, code: 'InternalError' },
  items: {
    gone: { code: 'InvalidInstance.NotFound' },
    throttled: { code: 'FlowLimitExceeded' },
    strange: { code: 'Strange.Code' },
    failed: { code: 'InternalError' },
  },
  verdicts: true,
}

function callOf({ action, query, mutating, token }: RecordedCall): ReceivedCall {
  const items = ['InstanceIds', 'KeyPairNames', 'KeyPairIds'].flatMap((list) => numbered(query, list))
  return {
    call: nameOf(action, items.length > 0),
    mutating,
    items,
    forced: query['ForceStop'] === 'true',
    ...(token !== undefined && { token }),
  }
}

function nameOf(action: string, exact: boolean): FaultyCall {
  switch (action) {
    case 'ImportKeyPair':
      return 'import'
    case 'CreateKeyPair':
      return 'create'
    case 'DeleteKeyPairs':
      return 'delete'
    case 'AttachKeyPair':
      return 'attach'
    case 'DetachKeyPair':
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
