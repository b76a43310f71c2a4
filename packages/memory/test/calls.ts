import type { CallContext, KeyPairDriver } from '@cloud-keypair/core/driver'
import { createMemoryCloud, type MemoryTraits, type MemoryWorld } from '@cloud-keypair/memory'

/** A cloud, and a clock that a test moves. */
export interface Fixture {
  readonly driver: KeyPairDriver
  readonly world: MemoryWorld
  pass(ms: number): void
}

export function fixtureOf(traits: Partial<MemoryTraits> = {}): Fixture {
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) }
  return { ...createMemoryCloud({ clock, random: () => 0, traits }), pass: (ms) => void (now += ms) }
}

let calls = 0

/** Returns the context that core gives to a call; each has its own token unless one is given. */
export function context(given: { readonly token?: string; readonly signal?: AbortSignal } = {}): CallContext {
  calls += 1
  return { signal: new AbortController().signal, token: `token-${calls}`, trace: () => {}, ...given }
}

export const byName = (name: string): { readonly by: 'name'; readonly name: string } => ({ by: 'name', name })

export async function boundAndAuthorized(
  world: MemoryWorld,
  id: string,
): Promise<readonly [string | null, readonly string[]]> {
  const { instances } = await world.snapshot()
  const instance = instances.find((one) => one.id === id)
  if (instance === undefined) throw new Error(`There is no instance ${id}`)
  return [instance.bound, instance.authorized]
}
