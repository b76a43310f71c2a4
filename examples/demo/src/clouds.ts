import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import type { Fleet } from './fleet.js'
import { alibabaEcsFleet, alibabaEnsFleet, tencentFleet, volcengineFleet } from './fleets.js'

/** The address of a cloud, and the credentials. Absent fields come from the environment. */
export interface Access {
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly accessKey?: { readonly id: string; readonly secret: string } | undefined
}

/** One cloud that the demo runs on. */
export interface Cloud {
  readonly title: string
  /** True if its key pairs belong to regions. */
  readonly hasRegions: boolean
  /** Loads the adapter, and makes its service: a process needs the SDK of its own cloud alone. */
  readonly connect: (access: Access, options?: ServiceOptions) => Promise<KeyPairService>
  readonly fleet: Fleet
  /** In what its simulator is not as usual. Default: nothing. */
  readonly variants?: Readonly<Record<string, number>>
  /** The words of its simulator for a running and a stopped instance. */
  readonly statuses: Readonly<Record<'running' | 'stopped', string>>
  /** Returns the fields of an instance that its simulator starts with a key pair on. */
  readonly bound: (name: string) => Readonly<Record<string, unknown>>
}

/** The clouds by the name that `--provider` takes, which is the simulator's name of them too. */
export const clouds: Readonly<Record<string, Cloud>> = {
  volcengine: {
    title: 'Volcengine ECS',
    hasRegions: true,
    connect: async ({ accessKey, region, endpoint }, options) => {
      const { createVolcengineKeyPairService } = await import('@cloud-keypair/volcengine')
      return createVolcengineKeyPairService({
        ...options,
        region,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
      })
    },
    fleet: volcengineFleet,
    statuses: { running: 'RUNNING', stopped: 'STOPPED' },
    bound: (name) => ({ keyPair: name }),
  },
  'alibaba-ecs': {
    title: 'Alibaba Cloud ECS',
    hasRegions: true,
    connect: async ({ accessKey, region, endpoint }, options) => {
      const { createAlibabaEcsKeyPairService } = await import('@cloud-keypair/alibaba')
      return createAlibabaEcsKeyPairService({
        ...options,
        region,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret },
      })
    },
    fleet: alibabaEcsFleet,
    statuses: { running: 'Running', stopped: 'Stopped' },
    bound: (name) => ({ keyPair: name }),
  },
  'alibaba-ens': {
    title: 'Alibaba Cloud ENS',
    hasRegions: false,
    connect: async ({ accessKey, endpoint }, options) => {
      const { createAlibabaEnsKeyPairService } = await import('@cloud-keypair/alibaba')
      return createAlibabaEnsKeyPairService({
        ...options,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret },
      })
    },
    fleet: alibabaEnsFleet,
    statuses: { running: 'Running', stopped: 'Stopped' },
    bound: (name) => ({ keyPair: name }),
  },
  tencent: {
    title: 'Tencent Cloud CVM',
    hasRegions: true,
    connect: async ({ accessKey, region, endpoint }, options) => {
      const { createTencentKeyPairService } = await import('@cloud-keypair/tencent')
      return createTencentKeyPairService({
        ...options,
        region,
        endpoint,
        credentials: accessKey && { secretId: accessKey.id, secretKey: accessKey.secret },
      })
    },
    fleet: tencentFleet,
    // The time of a bind, which runs on after its answer: no page says how long it takes.
    variants: { changeMs: 500 },
    statuses: { running: 'RUNNING', stopped: 'STOPPED' },
    bound: (name) => ({ keyPairs: [name] }),
  },
}
