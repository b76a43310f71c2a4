import { createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { KeyPairService, Pacer } from '@cloud-keypair/core'
import type { Place } from '@cloud-keypair/fleet'
import { type AlibabaEnsSimulator, startAlibabaEnsSimulator } from '@cloud-keypair/simulator'
import { scaledClock, speed } from './scaled-clock.js'

/** The time-out of a vendor call, in real time. A lease is three times as long. */
export const callMs = 2_000
export const leaseMs = 6_000

/** The means of a process to reach the simulated clouds. */
export interface Reach {
  readonly from: number
  /** The URL of the cloud of each place, by account. */
  readonly urls: Readonly<Record<string, string>>
}

/** Makes the service of a place. Throws for a place that there is no cloud for. */
export function serviceOf({ from, urls }: Reach, place: Place, pacer?: Pacer): KeyPairService {
  const endpoint = urls[place.account ?? '']
  if (endpoint === undefined) throw new Error('there is no such place')
  return createAlibabaEnsKeyPairService({
    endpoint,
    credentials: { accessKeyId: 'simulator-access-key', accessKeySecret: 'simulator-access-key-secret' },
    attemptTimeoutMs: callMs * speed,
    testing: { clock: scaledClock(from), environment: {} },
    ...(pacer && { pacer }),
  })
}

/** Clouds that stop instances for a change: one for each place. */
export interface Clouds extends AsyncDisposable {
  readonly reach: Reach
  readonly places: readonly Place[]
  simulatorOf(place: Place): AlibabaEnsSimulator
}

/** Starts clouds with running instances that have the key pair `key-0`. */
export async function startClouds(count: number, instances: number): Promise<Clouds> {
  const from = Date.now()
  const clock = scaledClock(from)
  const simulators = new Map<string, AlibabaEnsSimulator>()
  for (let index = 0; index < count; index += 1) {
    const simulator = await startAlibabaEnsSimulator({ clock, wallClock: () => clock.now() })
    simulator.world.seedKeyPair({ name: 'key-0' })
    const ids = Array.from({ length: instances }, (_, number) => `i-${index}-${number}`)
    simulator.world.seedInstances(ids.map((id) => ({ id, keyPair: 'key-0' })))
    simulators.set(`account-${index}`, simulator)
  }
  const urls = Object.fromEntries([...simulators].map(([account, { url }]) => [account, url]))
  return {
    reach: { from, urls },
    places: [...simulators.keys()].map((account) => ({ provider: 'alibaba-ens', account })),
    simulatorOf: ({ account = '' }) => {
      const simulator = simulators.get(account)
      if (simulator === undefined) throw new Error('there is no such place')
      return simulator
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...simulators.values()].map((simulator) => simulator.close()))
    },
  }
}

/** Returns the instances of a place that do not run. */
export function downIn({ world }: AlibabaEnsSimulator): readonly string[] {
  return world
    .snapshot()
    .instances.filter(({ status }) => status !== 'Running')
    .map(({ id }) => id)
}
