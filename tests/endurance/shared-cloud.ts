import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import { harnessOptionsOf } from '@cloud-keypair/conformance/internals'
import type { Capabilities, KeyPairStore } from '@cloud-keypair/core'
import type { World } from '@cloud-keypair/core/testing'
import type { Access } from './connect.js'
import { ScaledClock, type ScaledTime } from './scaled-clock.js'

/** A simulated cloud that several processes use at the same time. */
export interface SharedCloud extends AsyncDisposable {
  readonly world: World
  readonly service: KeyPairStore
  readonly access: Access
  readonly capabilities: Capabilities
  readonly canaries: readonly string[]
  /** True if the cloud shows enough of a key pair to compare it with a key. */
  readonly comparable: boolean
}

/** Starts a cloud, whose time runs so many times faster than that of the machine. */
export async function startSharedCloud(
  subject: Subject,
  variant: string,
  testKeys: TestKeys,
  scale: number,
): Promise<SharedCloud> {
  const time: ScaledTime = { began: Date.now(), scale }
  const clock = new ScaledClock(time)
  const { service, generateInCloud } = harnessOptionsOf(variant, testKeys)
  const harness = await subject.harness({
    variant,
    clock,
    service: { testing: { ...service.testing, clock } },
    generateInCloud,
  })
  const { driver, world, canaries, facts } = harness
  const [secret = '', token = '', id = ''] = canaries
  const { endpoint, region } = driver.location
  return {
    world,
    service: harness.service,
    access: { adapter: subject.name, endpoint, region, secret, token, id, time },
    capabilities: driver.capabilities,
    canaries: [...canaries, ...testKeys.canaries],
    comparable: facts.comparable ?? true,
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  }
}
