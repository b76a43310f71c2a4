import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import type { Fleet } from './fleet.js'
import { alibabaEcsFleet, alibabaEnsFleet, volcengineFleet } from './fleets.js'

/** Where a cloud is, and as whom to speak to it. What is absent comes from the environment. */
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
  /** How its simulator calls an instance that runs, and one that is stopped. */
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
