import type { KeyPairStore } from '@cloud-keypair/core'
import type { Access } from './clouds.js'
import { fleetOf } from './fleet.js'

/** A cloud that binds no key pair to an existing instance: each keeps the key pair of its launch. */
export interface Store {
  readonly title: string
  /** Loads the adapter, and makes its store. */
  readonly connect: (access: Access) => Promise<KeyPairStore>
}

/** The stores by the simulator's name of them. */
export const stores: Readonly<Record<string, Store>> = {
  aws: {
    title: 'Amazon EC2',
    connect: async ({ accessKey, region, endpoint }) => {
      const { createAwsKeyPairStore } = await import('@cloud-keypair/aws')
      const credentials = accessKey && { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret }
      return createAwsKeyPairStore({ region, endpoint, credentials })
    },
  },
  openstack: {
    title: 'OpenStack',
    connect: async ({ accessKey, region, endpoint: authUrl }) => {
      const { createOpenStackKeyPairStore } = await import('@cloud-keypair/openstack')
      const credentials = accessKey && {
        kind: 'application-credential' as const,
        applicationCredentialId: accessKey.id,
        applicationCredentialSecret: accessKey.secret,
      }
      return createOpenStackKeyPairStore({ region, authUrl, credentials })
    },
  },
}

/** Returns the instances of a store, all of which were launched with a key pair of this name. */
export function launchedWith(name: string): { readonly instanceIds: readonly string[]; readonly seed: unknown } {
  return fleetOf([{ keyName: name }], [])
}
