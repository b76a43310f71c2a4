import type { Fault, FaultyCall, ReceivedCall, World, WorldSnapshot } from '@cloud-keypair/core/testing'
import type { AlibabaWorldSnapshot, Fault as SimulatorFault, RecordedCall } from '@cloud-keypair/simulator'
import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import type { VirtualClock } from '@cloud-keypair/conformance'
import { type FaultForms, simulatorFault } from '../../../../tests/support/simulator-fault.js'

/** The common part of the simulators of both products. */
export interface Simulator {
  readonly calls: readonly RecordedCall[]
  readonly world: {
    seedKeyPair(keyPair: {
      readonly name: string
      readonly publicKey?: string | undefined
      readonly tags?: Readonly<Record<string, string>> | undefined
      readonly group?: string | undefined
    }): unknown
    seedInstances(
      instances: readonly {
        readonly id: string
        readonly status: 'Running' | 'Stopped' | 'Starting'
        readonly osType: 'Linux' | 'Windows'
        readonly keyPair?: string | undefined
      }[],
    ): void
    snapshot(): AlibabaWorldSnapshot
    settle(): void
  }
  fault(fault: SimulatorFault): void
  clearFaults(): void
  clearCalls(): void
  setReadLag(ms: number): void
}

/** The codes and sentences with which a product says what a fault asks for. */
export interface FaultCodes {
  readonly denied: { readonly status: number; readonly code: string }
  readonly busy: { readonly status: number; readonly code: string }
  readonly items: Readonly<
    Record<'gone' | 'throttled' | 'strange' | 'failed', { readonly code: string; readonly message: string }>
  >
  /** The forms in which some calls say that the cloud failed. Default: the usual one. */
  readonly failedCalls?: FaultForms['failedCalls']
  /** The action that an update comes to. */
  readonly update: string
  /** The actions on power. */
  readonly power: Readonly<Record<'stop' | 'start' | 'reboot', string>>
}

export const accessKeyId = 'canary-access-key-id'
export const accessKeySecret = 'canary-access-key-secret'
export const securityToken = 'canary-security-token'

/** The session of the credentials, and the one after it. */
export const first = { accessKeyId, accessKeySecret, securityToken }
export const next = { accessKeyId: 'next-id', accessKeySecret: 'next-secret', securityToken: 'next-token' }

/** Makes the world of a simulator for the suite. */
export function worldOf(simulator: Simulator, clock: VirtualClock, driver: KeyPairDriver, codes: FaultCodes): World {
  const { world } = simulator
  const settle = async (): Promise<void> => {
    const enough = 10 * 60_000
    await clock.sleep(enough, new AbortController().signal)
    world.settle()
  }
  return {
    seedKeyPairs: async (keyPairs) => {
      for (const { name, publicKey, tags, group } of keyPairs) world.seedKeyPair({ name, publicKey, tags, group })
    },
    seedInstances: async (instances) =>
      world.seedInstances(
        instances.map(({ id, power = 'running', kind = 'linux', keyPair }) => ({
          id,
          status: power === 'running' ? 'Running' : power === 'stopped' ? 'Stopped' : 'Starting',
          // There is no agent here: Windows is what takes no key pairs.
          osType: kind === 'linux' ? 'Linux' : 'Windows',
          keyPair,
        })),
      ),
    fault: async (fault) => simulator.fault(faultOf(fault, codes)),
    setReadLag: async (ms) => simulator.setReadLag(ms),
    restart: async (instanceId) => {
      const running = world.snapshot().instances.some(({ id, status }) => id === instanceId && status === 'Running')
      const context = { signal: new AbortController().signal, token: '', trace: () => {} }
      const request = { instanceIds: [instanceId], force: false }
      await (running ? driver.doRebootInstances(request, context) : driver.doStartInstances(request, context))
      await settle()
    },
    settle,
    snapshot: async () => snapshotOf(world.snapshot()),
    calls: async () => simulator.calls.map(callOf),
    forgetCalls: async () => simulator.clearCalls(),
    clearFaults: async () => {
      simulator.clearFaults()
      simulator.setReadLag(0)
    },
  }
}

function snapshotOf({ keyPairs, instances }: AlibabaWorldSnapshot): WorldSnapshot {
  const names = new Map(keyPairs.map(({ id, name }) => [id, name]))
  return {
    keyPairs: keyPairs.map(({ name, publicKey, tags, resourceGroupId }) => ({
      name,
      publicKey,
      description: '',
      tags,
      group: resourceGroupId,
    })),
    instances: instances.map(({ id, status, bound, authorized }) => ({
      id,
      power: status.toLowerCase(),
      bound,
      authorized: authorized.map((keyPairId) => names.get(keyPairId) ?? keyPairId),
    })),
  }
}

const actions: Readonly<Record<Exclude<FaultyCall, 'update' | 'stop' | 'start' | 'reboot'>, string>> = {
  import: 'ImportKeyPair',
  create: 'CreateKeyPair',
  delete: 'DeleteKeyPairs',
  attach: 'AttachKeyPair',
  detach: 'DetachKeyPair',
  lookup: 'DescribeKeyPairs',
  list: 'DescribeKeyPairs',
  'read-instances': 'DescribeInstances',
  'list-instances': 'DescribeInstances',
}

/** Returns the forms of refused items with a sentence. Some answers have a number for the code, and the code for the sentence. */
function quotingItems({ items }: FaultCodes, fault: Fault): FaultCodes['items'] {
  if (fault.kind !== 'items' || fault.message === undefined) return items
  return { ...items, strange: { code: fault.message, message: fault.message } }
}

function faultOf(fault: Fault, codes: FaultCodes): SimulatorFault {
  const { denied, failedCalls = {}, power, update } = codes
  return simulatorFault(fault, { ...actions, ...power, update }[fault.on], {
    denied,
    expired: { status: 400, code: 'InvalidSecurityToken.Expired' },
    'no-stock': { status: 403, code: 'OperationDenied.NoStock' },
    full: { status: 403, code: 'QuotaExceed.KeyPair' },
    busy: codes.busy,
    failed: { status: 500, code: 'InternalError' },
    failedCalls,
    items: quotingItems(codes, fault),
    verdicts: true,
  })
}

function callOf({ action, query, mutating }: RecordedCall): ReceivedCall {
  const { InstanceIds, KeyPairNames, KeyPairName = '', KeyPairId = '' } = query
  const keyPair = [KeyPairId || KeyPairName].filter((text) => text !== '' && !text.includes('*'))
  const ofPower = Object.keys(query)
    .filter((key) => /^InstanceId(\.\d+)?$/.test(key))
    .map((key) => query[key] ?? '')
  const items = textsIn(InstanceIds) ?? textsIn(KeyPairNames) ?? (ofPower.length > 0 ? ofPower : keyPair)
  const forced = [query['ForceStop'], query['ForceReboot']].includes('true')
  return { call: nameOf(action, InstanceIds !== undefined, keyPair.length > 0), mutating, items, forced }
}

function textsIn(json: string | undefined): readonly string[] | undefined {
  const texts: unknown = json === undefined ? undefined : JSON.parse(json)
  return Array.isArray(texts) ? texts.map(String) : undefined
}

function nameOf(action: string, byInstanceIds: boolean, byKeyPair: boolean): FaultyCall {
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
    case 'StopInstance':
    case 'StopInstances':
      return 'stop'
    case 'StartInstance':
    case 'StartInstances':
      return 'start'
    case 'RebootInstance':
    case 'RebootInstances':
      return 'reboot'
    case 'DescribeKeyPairs':
      return byKeyPair ? 'lookup' : 'list'
    case 'DescribeInstances':
      return byInstanceIds ? 'read-instances' : 'list-instances'
    default:
      return 'update'
  }
}
