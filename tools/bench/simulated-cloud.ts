import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createAlibabaEcsDriver, createAlibabaEnsDriver } from '@cloud-keypair/alibaba'
import { createAwsDriver } from '@cloud-keypair/aws'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { HttpTransport } from '@cloud-keypair/core/http'
import type { SimulatorSettings } from '@cloud-keypair/simulator'
import { createTencentDriver } from '@cloud-keypair/tencent'
import { createVolcengineDriver } from '@cloud-keypair/volcengine'
import * as v from 'valibot'

const accessSchema = v.object({
  url: v.string(),
  accessKeyId: v.optional(v.string(), ''),
  secretAccessKey: v.optional(v.string(), ''),
  accessKeySecret: v.optional(v.string(), ''),
  secretId: v.optional(v.string(), ''),
  secretKey: v.optional(v.string(), ''),
  region: v.optional(v.string()),
})

/** The address and the credentials of a simulated cloud. */
export type CloudAccess = v.InferOutput<typeof accessSchema>

/** The clouds that the benches compare with the SDKs of their vendors. */
export type BenchCloud = 'volcengine' | 'alibaba-ecs' | 'alibaba-ens'

/** The clouds that bind key pairs to instances. */
export type BindingCloud = BenchCloud | 'tencent'

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

/** Makes the driver of a simulated cloud that binds key pairs to instances. */
export function driverOf(cloud: BindingCloud, access: CloudAccess, transport: HttpTransport): KeyPairDriver {
  const { url: endpoint, region, accessKeyId, secretAccessKey, accessKeySecret, secretId, secretKey } = access
  switch (cloud) {
    case 'volcengine':
      return createVolcengineDriver({ region, endpoint, credentials: { accessKeyId, secretAccessKey }, transport })
    case 'alibaba-ecs':
      return createAlibabaEcsDriver({ region, endpoint, credentials: { accessKeyId, accessKeySecret }, transport })
    case 'alibaba-ens':
      return createAlibabaEnsDriver({ endpoint, credentials: { accessKeyId, accessKeySecret }, transport })
    case 'tencent':
      return createTencentDriver({ region, endpoint, credentials: { secretId, secretKey }, transport })
  }
}

/** Makes the driver of a simulated Amazon EC2, which keeps key pairs and binds none. */
export function awsDriverOf(access: CloudAccess, transport: HttpTransport): KeyPairStoreDriver {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = access
  return createAwsDriver({ region, endpoint, credentials: { accessKeyId, secretAccessKey }, transport })
}
