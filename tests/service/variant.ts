import { VirtualClock } from '@cloud-keypair/conformance'
import type { KeyPairService } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { createMemoryCloud, type MemoryTraits, memoryVariants, type MemoryWorld } from '@cloud-keypair/memory'

/** A cloud on virtual time, with a service over it. */
export interface Setting {
  readonly driver: KeyPairDriver
  readonly service: KeyPairService
  readonly traits: Partial<MemoryTraits>
  readonly world: MemoryWorld
  /** Returns the names of the mutating calls since its last call. */
  mutations(): Promise<readonly string[]>
}

/** The names of the variants, for `test.each`. */
export const variantNames: readonly string[] = Object.keys(memoryVariants)

/** Makes a cloud of a variant, with some other traits. */
export function settingOf(variant: string, more: Partial<MemoryTraits> = {}): Setting {
  const clock = new VirtualClock()
  const traits = { ...memoryVariants[variant], ...more }
  const { driver, world } = createMemoryCloud({ clock, random: () => 0.5, traits })
  const service = createKeyPairService(driver, { testing: { clock, random: () => 0.5 } })
  const mutations = async (): Promise<readonly string[]> => {
    const calls = await world.calls()
    await world.forgetCalls()
    return calls.filter(({ mutating }) => mutating).map(({ call }) => call)
  }
  return { driver, service, traits, world, mutations }
}
