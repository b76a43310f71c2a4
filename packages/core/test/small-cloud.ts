import { VirtualClock } from '@cloud-keypair/conformance'
import type { InstanceBatch } from '../src/contract/batch.js'
import type { InstanceCapabilities } from '../src/contract/capabilities.js'
import type { Checkpoint } from '../src/contract/checkpoint.js'
import type { KeyPairError } from '../src/contract/error.js'
import type { InstanceRecord, ItemFailure, ItemVerdict, KeyPairDriver } from '../src/contract/key-pair-driver.js'
import type { KeyPair } from '../src/contract/key-pair.js'
import type { KeyPairService } from '../src/contract/service.js'
import type { Rotation } from '../src/contract/rotation.js'
import { ok, type Result } from '../src/result.js'
import { createKeyPairService } from '../src/service/create-service.js'
import { stubDriver } from './stub-driver.js'

/** A cloud in which every call is over with its answer, and the calls that changed it. */
export interface SmallCloud {
  readonly clock: VirtualClock
  readonly driver: KeyPairDriver
  readonly service: KeyPairService
  readonly instances: Map<string, InstanceRecord>
  readonly keyPairs: Map<string, KeyPair>
  /** The changes, as `attach i-1 i-2`. A forced one is `stop! i-1`. */
  readonly sent: string[]
  /** The instances that a call refuses, as `attach i-1`. */
  readonly refuses: Map<string, ItemFailure>
}

const names = ['old', 'new', 'other'] as const

/** Makes a cloud with the key pairs `old`, `new` and `other`, whose ids are `kp-old`, `kp-new`, `kp-other`. */
export function smallCloud(
  seeds: Readonly<Record<string, Partial<InstanceRecord>>>,
  traits: Partial<InstanceCapabilities> = {},
  overrides: (cloud: SmallCloud['instances'], plain: KeyPairDriver) => Partial<KeyPairDriver> = () => ({}),
): SmallCloud {
  const clock = new VirtualClock()
  const instances = new Map<string, InstanceRecord>()
  for (const [id, seed] of Object.entries(seeds)) instances.set(id, { id, power: 'running', ...seed })
  const keyPairs = new Map<string, KeyPair>(names.map((name) => [name, { name, id: `kp-${name}` }]))
  const sent: string[] = []
  const refuses: SmallCloud['refuses'] = new Map()
  const { capabilities } = stubDriver()
  if (capabilities.instances === false) throw new Error('The stub binds key pairs')

  const change = (
    call: string,
    ids: readonly string[],
    after: (record: InstanceRecord) => InstanceRecord,
  ): readonly ItemVerdict[] => {
    sent.push([call, ...ids].join(' '))
    return ids.map((id): ItemVerdict => {
      const failure = refuses.get(`${call} ${id}`)
      if (failure !== undefined) return { id, ok: false, failure }
      const record = instances.get(id)
      if (record !== undefined) instances.set(id, after(record))
      return { id, ok: true, isOver: true }
    })
  }
  const power =
    (call: string, to: 'running' | 'stopped'): KeyPairDriver['doStopInstances'] =>
    async ({ instanceIds, force }) =>
      ok(change(force ? `${call}!` : call, instanceIds, (record) => ({ ...record, power: to })))
  const plain = stubDriver({
    capabilities: { ...capabilities, instances: { ...capabilities.instances, ...traits } },
    doDescribeKeyPairs: async (request) => {
      if (request.kind === 'list') return ok({ items: [...keyPairs.values()] })
      const isNamed = ({ id, name }: KeyPair): boolean =>
        request.keyPairs.some((handle) => (handle.by === 'id' ? handle.id === id : handle.name === name))
      return ok({ items: [...keyPairs.values()].filter(isNamed) })
    },
    doImportKeyPair: async ({ name, publicKey }) => {
      const made = { name, id: `kp-${name}`, publicKey }
      sent.push(`import ${name}`)
      keyPairs.set(name, made)
      return ok(made)
    },
    doDeleteKeyPairs: async (deleted) => {
      sent.push(['delete', ...deleted.map(({ name }) => name)].join(' '))
      for (const { name } of deleted) keyPairs.delete(name)
      return ok(deleted.map(({ id, name }) => ({ id: id ?? name, ok: true }) as const))
    },
    doDescribeInstances: async (request) => {
      const all = [...instances.values()]
      if (request.kind === 'exact') return ok({ items: all.filter(({ id }) => request.instanceIds.includes(id)) })
      return ok({ items: all.filter(({ keyPair }) => keyPair !== undefined) })
    },
    doAttachKeyPair: async ({ keyPair, instanceIds }) => {
      const text = keyPair.by === 'id' ? keyPair.id : keyPair.name
      const found = [...keyPairs.values()].find(({ id, name }) => id === text || name === text)
      const bound = found && { name: found.name, ...(found.id !== undefined && { id: found.id }) }
      return ok(
        change('attach', instanceIds, ({ id, power: now }) => ({ id, power: now, ...(bound && { keyPair: bound }) })),
      )
    },
    doDetachKeyPair: async ({ instanceIds }) =>
      ok(change('detach', instanceIds, ({ id, power: now }) => ({ id, power: now }))),
    doStopInstances: power('stop', 'stopped'),
    doStartInstances: power('start', 'running'),
    doRebootInstances: power('reboot', 'running'),
  })
  const driver: KeyPairDriver = { ...plain, ...overrides(instances, plain) }
  const service = createKeyPairService(driver, { testing: { clock, random: () => 0.5 } })
  return { clock, driver, service, instances, keyPairs, sent, refuses }
}

/** A key pair as instances show it. */
export const shown = (name: (typeof names)[number]): { readonly name: string; readonly id: string } => ({
  name,
  id: `kp-${name}`,
})

/** Makes the checkpoint of an attach of `new`. */
export function resumeOf(...instances: Checkpoint['instances']): Checkpoint {
  return {
    version: 1,
    operation: 'attach',
    provider: 'stub',
    region: 'here',
    endpoint: 'https://stub.example',
    keyPair: shown('new'),
    instances,
  }
}

/** Returns the batch of a change or of a rotation, complete or not. */
export function batchOf(result: Result<InstanceBatch | Rotation, KeyPairError<InstanceBatch>>): InstanceBatch {
  if (result.isOk()) return 'batch' in result.value ? result.value.batch : result.value
  if (result.error.code !== 'incomplete') throw result.error
  return result.error.details.batch
}

/** Returns each item as `i-1 failed partial capacity`. */
export function fates({ items }: InstanceBatch): readonly string[] {
  return items.map((item) =>
    item.status === 'succeeded'
      ? `${item.id} ${item.changed ? 'changed' : 'unchanged'} ${item.effect}`
      : `${item.id} ${item.status} ${item.error.outcome} ${item.error.code}`,
  )
}
