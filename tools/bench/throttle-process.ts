import { setTimeout } from 'node:timers/promises'
import { orThrow } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createHttpTransport } from '@cloud-keypair/core/http'
import pLimit from 'p-limit'
import { sdkByHand } from './sdk-by-hand.js'
import { type CloudAccess, driverOf } from './simulated-cloud.js'

// Attaches instances one a call, as fast as the cloud lets it, and tells its parent how many succeeded.

/** The work that the parent asks for. */
export interface ThrottleWork {
  readonly way: 'service' | 'byHand'
  readonly access: CloudAccess
  readonly ids: readonly string[]
}

const cloud = 'volcengine'
const deploy = { name: 'deploy' } as const

async function byService({ access, ids }: ThrottleWork): Promise<number> {
  const transport = createHttpTransport({ proxy: 'none' })
  const driver = driverOf(cloud, access, transport)
  const { instances } = driver.capabilities
  if (instances === false) throw new Error('the cloud has no instances')
  const capabilities = { ...driver.capabilities, instances: { ...instances, change: { items: 1 } } }
  await using service = createKeyPairService({ ...driver, capabilities })
  const attached = await orThrow(service.attach(deploy, ids))
  await transport.close()
  return attached.succeeded.length
}

/** Makes four calls at a time, and each again after a jittered backoff, eight times at most, as programs do. */
async function byLoop({ access, ids }: ThrottleWork): Promise<number> {
  const call = sdkByHand(cloud, access)
  const limited = pLimit(4)
  let succeeded = 0
  const attach = async (id: string): Promise<void> => {
    const parameters = { KeyPairName: deploy.name, 'InstanceIds.1': id }
    for (let attempt = 0; attempt < 9; attempt += 1) {
      try {
        await call({ action: 'AttachKeyPair', parameters })
        succeeded += 1
        return
      } catch {
        await setTimeout(Math.random() * Math.min(10_000, 200 * 2 ** attempt))
      }
    }
  }
  await Promise.all(ids.map((id) => limited(() => attach(id))))
  return succeeded
}

process.on('message', (work: ThrottleWork) => {
  const done = work.way === 'service' ? byService(work) : byLoop(work)
  void done.then((succeeded) => process.send?.(succeeded))
})
// The time to load all of this is not that of the calls.
process.send?.('ready')
