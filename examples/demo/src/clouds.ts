import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { KeyPairService } from '@cloud-keypair/core'
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
  /** Whether its key pairs belong to regions. */
  readonly hasRegions: boolean
  readonly connect: (access: Access) => KeyPairService
  readonly fleet: Fleet
}

/** The clouds by the name that `--provider` takes, which is the simulator's name of them too. */
export const clouds: Readonly<Record<string, Cloud>> = {
  volcengine: {
    title: 'Volcengine ECS',
    hasRegions: true,
    connect: ({ accessKey, region, endpoint }) =>
      createVolcengineKeyPairService({
        region,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
      }),
    fleet: volcengineFleet,
  },
  'alibaba-ecs': {
    title: 'Alibaba Cloud ECS',
    hasRegions: true,
    connect: ({ accessKey, region, endpoint }) =>
      createAlibabaEcsKeyPairService({
        region,
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret },
      }),
    fleet: alibabaEcsFleet,
  },
  'alibaba-ens': {
    title: 'Alibaba Cloud ENS',
    hasRegions: false,
    connect: ({ accessKey, endpoint }) =>
      createAlibabaEnsKeyPairService({
        endpoint,
        credentials: accessKey && { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret },
      }),
    fleet: alibabaEnsFleet,
  },
}
