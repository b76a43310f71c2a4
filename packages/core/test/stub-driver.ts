import type { Capabilities } from '../src/contract/capabilities.js'
import type { CallFailure, InstanceRecord, ItemVerdict, KeyPairDriver } from '../src/contract/key-pair-driver.js'
import { ok } from '../src/result.js'

const capabilities: Capabilities = {
  identity: ['id', 'name'],
  name: { allows: 'any', maxLength: 64, unique: true },
  keys: { types: 'undocumented', rsaBits: 'undocumented', unique: false },
  fingerprints: 'undocumented',
  description: 'any-time',
  tags: 'any-time',
  group: 'none',
  createInCloud: false,
  publicKey: false,
  idempotencyToken: true,
  lookup: { items: 100 },
  pageSize: 100,
  delete: { items: 100, refusesInUse: true, confirms: true },
  notLookedAt: [],
  instances: {
    change: { items: 10 },
    read: { items: 100 },
    powerChange: { items: 10 },
    power: ['running', 'stopped'],
    restart: 'reboot',
    replaces: true,
    showsKeyPairId: true,
    confirms: true,
    perItemVerdicts: true,
  },
}

const all = async (ids: readonly string[]): Promise<readonly ItemVerdict[]> => ids.map((id) => ({ id, ok: true }))

/** The failure of a call that is not allowed. */
export const denied: CallFailure = {
  code: 'permission-denied',
  message: 'no',
  outcome: 'none',
  transient: false,
  scope: 'call',
}

/** Makes a driver of a cloud in which everything exists and every call succeeds, apart from the overrides. */
export function stubDriver(overrides: Partial<KeyPairDriver> = {}): KeyPairDriver {
  const running = (id: string): InstanceRecord => ({ id, power: 'running' })
  return {
    provider: 'stub',
    location: { region: 'here', endpoint: 'https://stub.example' },
    capabilities,
    bytesOf: () => 0,
    doDescribeKeyPairs: async (request) =>
      ok({
        items:
          request.kind === 'exact'
            ? request.keyPairs.map((handle) => ({ name: handle.by === 'name' ? handle.name : 'deploy', id: 'kp-1' }))
            : [],
      }),
    doImportKeyPair: async ({ name }) => ok({ name, id: 'kp-1' }),
    doCreateKeyPair: () => Promise.reject(new Error('never called')),
    doUpdateKeyPair: async () => ok(null),
    doDeleteKeyPairs: async (keyPairs) => ok(await all(keyPairs.map(({ id, name }) => id ?? name))),
    doDescribeInstances: async (request) =>
      ok({ items: request.kind === 'exact' ? request.instanceIds.map(running) : [] }),
    doAttachKeyPair: async ({ instanceIds }) => ok(await all(instanceIds)),
    doDetachKeyPair: async ({ instanceIds }) => ok(await all(instanceIds)),
    doStopInstances: async ({ instanceIds }) => ok(await all(instanceIds)),
    doStartInstances: async ({ instanceIds }) => ok(await all(instanceIds)),
    doRebootInstances: async ({ instanceIds }) => ok(await all(instanceIds)),
    close: async () => {},
    ...overrides,
  }
}
