import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createAlibabaEcsDriver, createAlibabaEnsDriver } from '@cloud-keypair/alibaba'
import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import type { HttpTransport } from '@cloud-keypair/core/http'
import type { SimulatorSettings } from '@cloud-keypair/simulator'
import { createVolcengineDriver } from '@cloud-keypair/volcengine'
import * as v from 'valibot'

const accessSchema = v.object({
  url: v.string(),
  accessKeyId: v.string(),
  secretAccessKey: v.optional(v.string(), ''),
  accessKeySecret: v.optional(v.string(), ''),
  region: v.optional(v.string()),
})

/** The address and the credentials of a simulated cloud. */
export type CloudAccess = v.InferOutput<typeof accessSchema>

/** The clouds that the benches use. */
export type BenchCloud = 'volcengine' | 'alibaba-ecs' | 'alibaba-ens'

/** A process that simulates one cloud after another. */
export interface CloudProcess {
  /** Starts a cloud, and ends the one before. */
  begin(settings: SimulatorSettings): Promise<CloudAccess>
  end(): void
}

export function startCloudProcess(): CloudProcess {
  const child = fork(fileURLToPath(new URL('cloud-process.ts', import.meta.url)), { execArgv: process.execArgv })
  return {
    async begin(settings) {
      child.send(settings)
      return v.parse(accessSchema, await nextMessage(child))
    },
    end: () => child.disconnect(),
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve))
}

/** Makes the driver of a simulated cloud. */
export function driverOf(cloud: BenchCloud, access: CloudAccess, transport: HttpTransport): KeyPairDriver {
  const { url: endpoint, region, accessKeyId, secretAccessKey, accessKeySecret } = access
  switch (cloud) {
    case 'volcengine':
      return createVolcengineDriver({ region, endpoint, credentials: { accessKeyId, secretAccessKey }, transport })
    case 'alibaba-ecs':
      return createAlibabaEcsDriver({ region, endpoint, credentials: { accessKeyId, accessKeySecret }, transport })
    case 'alibaba-ens':
      return createAlibabaEnsDriver({ endpoint, credentials: { accessKeyId, accessKeySecret }, transport })
  }
}
