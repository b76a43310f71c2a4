import type { CallContext, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import {
  type OpenStackSimulator,
  type OpenStackSimulatorOptions,
  startOpenStackSimulator,
} from '@cloud-keypair/simulator'
import { createOpenStackDriver, type OpenStackOptions } from '../../src/index.js'

/** A simulated cloud, with a driver that uses the password of its user. */
export interface Cloud extends AsyncDisposable {
  readonly simulator: OpenStackSimulator
  readonly driver: KeyPairStoreDriver
  readonly context: CallContext
  /** The actions of the calls since the beginning. */
  actions(): readonly string[]
}

export const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcbPg2xJ9m8oQ0b0dYl7u4Jm3h0yQ3b1l2m3n4o5p6q'
export const bare = { description: undefined, tags: {}, group: undefined } as const

export const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 1000,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

/** Returns the options with which the user of a simulator logs in by password. */
export function passwordOf({ authUrl, account }: OpenStackSimulator): OpenStackOptions {
  const { username, password, projectName } = account
  const domains = { userDomainName: 'Default', projectDomainName: 'Default' }
  return {
    authUrl,
    credentials: { kind: 'password', username, password, projectName, ...domains },
    testing: { environment: {} },
  }
}

/** Starts a simulated cloud. */
export async function startCloud(
  settings: OpenStackSimulatorOptions = {},
  options: OpenStackOptions = {},
): Promise<Cloud> {
  const simulator = await startOpenStackSimulator(settings)
  const driver = createOpenStackDriver({ ...passwordOf(simulator), ...options })
  return {
    simulator,
    driver,
    context: { signal: new AbortController().signal, token: '', trace: () => undefined },
    actions: () => simulator.calls.map(({ action }) => action),
    async [Symbol.asyncDispose]() {
      await driver.close()
      await simulator.close()
    },
  }
}
