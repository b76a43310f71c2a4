import { VirtualClock } from '@cloud-keypair/conformance'
import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import type { SeedInstance } from '@cloud-keypair/core/testing'
import { createMemoryCloud, type MemoryTraits, type MemoryWorld, memoryVariants } from '@cloud-keypair/memory'

/** A cloud with the key pairs `old`, `new` and `other`, a service over it, and the clock of both. */
export interface Rollout {
  readonly clock: VirtualClock
  readonly driver: KeyPairDriver
  readonly world: MemoryWorld
  readonly service: KeyPairService
}

/** The clouds that differ in how a change reaches the guest. */
export const clouds: Readonly<Record<string, Partial<MemoryTraits>>> = {
  'volcengine-like': memoryVariants['volcengine-like'] ?? {},
  'ecs-like': memoryVariants['ecs-like'] ?? {},
  'ens-like, replaces': { ...memoryVariants['ens-like'], attachOver: 'replaces-untold' },
  'ens-like, refuses': { ...memoryVariants['ens-like'], attachOver: 'refused-untold' },
  'ens-like, says that it refuses': { ...memoryVariants['ens-like'], attachOver: 'refused' },
}

export async function rolloutOf(
  traits: Partial<MemoryTraits>,
  instances: readonly SeedInstance[],
  options: ServiceOptions = {},
): Promise<Rollout> {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock, random: () => 0.5, traits })
  await world.seedKeyPairs([{ name: 'old' }, { name: 'new' }, { name: 'other' }])
  await world.seedInstances(instances)
  const service = createKeyPairService(driver, {
    ...options,
    testing: { clock, random: () => 0.5, ...options.testing },
  })
  return { clock, driver, world, service }
}

/** Returns the calls that changed anything, as `stop i-1 i-2`. */
export async function changesOf(world: MemoryWorld): Promise<readonly string[]> {
  const calls = await world.calls()
  return calls.filter(({ mutating }) => mutating).map(({ call, items }) => [call, ...items].join(' '))
}

/** Returns each instance as `i-1 running new/new`: power, bound key, authorized keys. */
export async function instancesOf(world: MemoryWorld): Promise<readonly string[]> {
  const { instances } = await world.snapshot()
  return instances.map(
    ({ id, power, bound, authorized }) => `${id} ${power} ${bound ?? '-'}/${authorized.join('+') || '-'}`,
  )
}
