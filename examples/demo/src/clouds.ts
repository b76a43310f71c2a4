import type { KeyPairErrorCode, KeyPairService } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { volcengineFleet } from './volcengine-fleet.js'

/** Where a cloud is, and as whom to speak to it. What is absent comes from the environment. */
export interface Access {
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
}

/** The instances that a simulated cloud has. */
export interface Fleet {
  readonly instanceIds: readonly string[]
  /** What an attach has to refuse, and why. */
  readonly refusals: ReadonlyMap<string, KeyPairErrorCode>
  /** What the simulator is seeded with, as JSON. */
  readonly seed: unknown
}

/** One cloud that the demo runs on. */
export interface Cloud {
  readonly title: string
  readonly connect: (access: Access) => KeyPairService
  readonly fleet: () => Fleet
}

/** The clouds by the name that `--provider` takes. */
export const clouds: Readonly<Record<string, Cloud>> = {
  volcengine: { title: 'Volcengine ECS', connect: createVolcengineKeyPairService, fleet: volcengineFleet },
}
