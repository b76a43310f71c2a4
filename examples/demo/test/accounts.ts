import { startAlibabaEcsSimulator, startAlibabaEnsSimulator, startVolcengineSimulator } from '@cloud-keypair/simulator'

/** A simulator that stands for an account: it is known by an endpoint, and the credentials of the environment. */
export interface Account {
  readonly url: string
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly calls: readonly { readonly action: string; readonly mutating: boolean }[]
  snapshot(): unknown
  close(): Promise<void>
}

/** The accounts by provider. Each has the key pair `theirs` on i-taken, i-a and i-b without one, and all are stopped. */
export const accounts: Readonly<Record<string, () => Promise<Account>>> = {
  volcengine: async () => {
    const { url, region, accessKeyId, secretAccessKey, calls, world, close } = await startVolcengineSimulator()
    const [a, b, taken] = instances
    world.seedKeyPair(theirs)
    world.seedInstances([a, b, taken].map((instance) => ({ ...instance, status: 'STOPPED' })))
    return {
      url,
      environment: {
        VOLCENGINE_ACCESS_KEY: accessKeyId,
        VOLCENGINE_SECRET_KEY: secretAccessKey,
        VOLCENGINE_REGION: region,
      },
      secrets: [accessKeyId, secretAccessKey],
      calls,
      snapshot: () => world.snapshot(),
      close,
    }
  },
  'alibaba-ecs': async () => {
    const simulator = await startAlibabaEcsSimulator()
    return alibaba(simulator, { ALIBABA_CLOUD_REGION_ID: simulator.region })
  },
  'alibaba-ens': async () => alibaba(await startAlibabaEnsSimulator(), {}),
}
