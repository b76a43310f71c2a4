import { readAlibabaEcsVariants } from './alibaba/ecs/read-variants.js'
import { readAlibabaEnsVariants } from './alibaba/ens/read-variants.js'
import { readAlibabaSeed } from './alibaba/read-seed.js'
import { readAwsSeed, readAwsVariants } from './aws/read-settings.js'
import { startAwsSimulator } from './aws/simulator.js'
import { readOpenStackSeed, readOpenStackVariants } from './openstack/read-settings.js'
import { startOpenStackSimulator } from './openstack/simulator.js'
import { plant } from './seed.js'
import { readTencentSeed, readTencentVariants } from './tencent/read-settings.js'
import { readSeed, readVariants } from './volcengine/read-settings.js'

/** The clouds that can be simulated, by their names on a command line. */
export const simulatedClouds = ['volcengine', 'alibaba-ecs', 'alibaba-ens', 'aws', 'tencent', 'openstack'] as const

/** One of the clouds that can be simulated. */
export type SimulatedCloud = (typeof simulatedClouds)[number]

/** The settings of a simulator, as a command line gives them. */
export interface SimulatorSettings {
  readonly cloud: SimulatedCloud
  /** Default: any free port. */
  readonly port?: number | undefined
  /** Default: the simulator's own. ENS has none. */
  readonly region?: string | undefined
  /** The variants, as JSON gives them. */
  readonly variants?: unknown
  /** The key pairs and instances that the cloud begins with, as JSON gives them. */
  readonly seed?: unknown
}

/** A simulator that runs. */
export interface StartedSimulator {
  /** The address and the credentials: `url`, `accessKeyId`, `secretAccessKey` or `accessKeySecret`, or `secretId` and `secretKey`, or those of an application credential of Keystone, and `region`. */
  readonly access: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Loads and starts the simulator of a cloud. Rejects with a `TypeError` for a setting that is not known, and if the port is taken. */
export async function startSimulator(settings: SimulatorSettings): Promise<StartedSimulator> {
  const { cloud, port, region, variants = {}, seed = {} } = settings
  switch (cloud) {
    case 'volcengine': {
      const { startVolcengineSimulator } = await import('./volcengine/simulator.js')
      const simulator = await startVolcengineSimulator({ port, region, variants: readVariants(variants, 'variants') })
      const { url, accessKeyId, secretAccessKey } = simulator
      const access = { url, accessKeyId, secretAccessKey, region: simulator.region }
      return begin(simulator, access, () => plant(simulator.world, readSeed(seed, 'seed')))
    }
    case 'alibaba-ecs': {
      const given = readAlibabaEcsVariants(variants, 'variants')
      const { startAlibabaEcsSimulator } = await import('./alibaba/ecs/simulator.js')
      const simulator = await startAlibabaEcsSimulator({
        port,
        variants: given,
        ...(region !== undefined && { region }),
      })
      const { url, accessKeyId, accessKeySecret } = simulator
      const access = { url, accessKeyId, accessKeySecret, region: simulator.region }
      return begin(simulator, access, () => plant(simulator.world, readAlibabaSeed(seed, 'seed')))
    }
    case 'alibaba-ens': {
      if (region !== undefined) throw new TypeError('alibaba-ens has no region')
      const { startAlibabaEnsSimulator } = await import('./alibaba/ens/simulator.js')
      const simulator = await startAlibabaEnsSimulator({ port, variants: readAlibabaEnsVariants(variants, 'variants') })
      const { url, accessKeyId, accessKeySecret } = simulator
      return begin(simulator, { url, accessKeyId, accessKeySecret }, () =>
        plant(simulator.world, readAlibabaSeed(seed, 'seed')),
      )
    }
    case 'aws': {
      const simulator = await startAwsSimulator({ port, region, variants: readAwsVariants(variants, 'variants') })
      const { url, accessKeyId, secretAccessKey } = simulator
      const access = { url, accessKeyId, secretAccessKey, region: simulator.region }
      return begin(simulator, access, () => plant(simulator.world, readAwsSeed(seed, 'seed')))
    }
    case 'tencent': {
      const given = readTencentVariants(variants, 'variants')
      const { startTencentSimulator } = await import('./tencent/simulator.js')
      const simulator = await startTencentSimulator({ port, region, variants: given })
      const { url, secretId, secretKey } = simulator
      const access = { url, secretId, secretKey, region: simulator.region }
      return begin(simulator, access, () => plant(simulator.world, readTencentSeed(seed, 'seed')))
    }
    case 'openstack': {
      const given = readOpenStackVariants(variants, 'variants')
      const simulator = await startOpenStackSimulator({ port, region, variants: given })
      const { url, authUrl, account } = simulator
      const { applicationCredentialId, applicationCredentialSecret } = account
      const access = { url, authUrl, applicationCredentialId, applicationCredentialSecret, region: simulator.region }
      return begin(simulator, access, () => plant(simulator.world, readOpenStackSeed(seed, 'seed')))
    }
  }
}

/** Plants the seed. Closes the simulator if the seed cannot be read. */
async function begin(
  { close }: Pick<StartedSimulator, 'close'>,
  access: StartedSimulator['access'],
  plantSeed: () => unknown,
): Promise<StartedSimulator> {
  try {
    plantSeed()
  } catch (error) {
    await close()
    throw error
  }
  return { access, close }
}
