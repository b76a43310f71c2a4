import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import type { Fleet } from './fleet.js'
import { alibabaEcsFleet, alibabaEnsFleet, volcengineFleet } from './fleets.js'

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
  readonly connect: (access: Access, options?: ServiceOptions) => KeyPairService
  readonly fleet: Fleet
  /** The words of its simulator for a running and a stopped instance. */
  readonly statuses: Readonly<Record<'running' | 'stopped', string>>
}

/** The clouds by the name that `--provider` takes, which is the simulator's name of them too. */
export const clouds: Readonly<Record<string, Cloud>> = {
  volcengine: {
    title: 'Volcengine ECS',
    hasRegions: true,
    connect: ({ accessKey, region, endpoint }, options) =>
      createVolcengineKeyPairService({
        ...options,
        region,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
      }),
    fleet: volcengineFleet,
    statuses: { running: 'RUNNING', stopped: 'STOPPED' },
  },
  'alibaba-ecs': {
    title: 'Alibaba Cloud ECS',
    hasRegions: true,
    connect: ({ accessKey, region, endpoint }, options) =>
      createAlibabaEcsKeyPairService({
        ...options,
        region,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret },
      }),
    fleet: alibabaEcsFleet,
    statuses: { running: 'Running', stopped: 'Stopped' },
  },
  'alibaba-ens': {
    title: 'Alibaba Cloud ENS',
    hasRegions: false,
    connect: ({ accessKey, endpoint }, options) =>
      createAlibabaEnsKeyPairService({
        ...options,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret },
      }),
    fleet: alibabaEnsFleet,
    statuses: { running: 'Running', stopped: 'Stopped' },
  },
}
