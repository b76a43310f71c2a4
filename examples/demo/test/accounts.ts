import {
  type AlibabaEcsSimulator,
  type AlibabaEnsSimulator,
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  startVolcengineSimulator,
  type VolcengineSimulator,
} from '@cloud-keypair/simulator'
import { simulatedKeyPair } from '../../../tests/support/rsa-keys.js'

/** A simulator in place of an account: all that is known of it are an endpoint and what the environment says. */
export interface Account<Simulator = VolcengineSimulator | AlibabaEcsSimulator | AlibabaEnsSimulator> {
  readonly simulator: Simulator
  /** As whom to speak to it, and its region. */
  readonly environment: Readonly<Record<string, string>>
  /** Adds instances that are stopped, which every cloud takes. */
  seedStopped(instances: readonly { readonly id: string; readonly keyPair?: string }[]): void
}

// Nobody waits for a restart.
const powerChangeMs = 1

export async function volcengineAccount(): Promise<Account<VolcengineSimulator>> {
  const simulator = await startVolcengineSimulator({ generateKeyPair: simulatedKeyPair, variants: { powerChangeMs } })
  return {
    simulator,
    environment: {
      VOLCENGINE_REGION: simulator.region,
      VOLCENGINE_ACCESS_KEY: simulator.accessKeyId,
      VOLCENGINE_SECRET_KEY: simulator.secretAccessKey,
    },
    seedStopped: (instances) =>
      simulator.world.seedInstances(instances.map((instance) => ({ ...instance, status: 'STOPPED' }))),
  }
}

export async function alibabaEcsAccount(): Promise<Account<AlibabaEcsSimulator>> {
  const simulator = await startAlibabaEcsSimulator({ generateKeyPair: simulatedKeyPair, variants: { powerChangeMs } })
  return alibabaAccount(simulator, { ALIBABA_CLOUD_REGION_ID: simulator.region })
}

export async function alibabaEnsAccount(): Promise<Account<AlibabaEnsSimulator>> {
  return alibabaAccount(
    await startAlibabaEnsSimulator({ generateKeyPair: simulatedKeyPair, variants: { powerChangeMs } }),
    {},
  )
}

function alibabaAccount<Simulator extends AlibabaEcsSimulator | AlibabaEnsSimulator>(
  simulator: Simulator,
  region: Readonly<Record<string, string>>,
): Account<Simulator> {
  return {
    simulator,
    environment: {
      ...region,
      ALIBABA_CLOUD_ACCESS_KEY_ID: simulator.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: simulator.accessKeySecret,
    },
    seedStopped: (instances) =>
      simulator.world.seedInstances(instances.map((instance) => ({ ...instance, status: 'Stopped' }))),
  }
}
