import * as v from 'valibot'
import type { SimulatedCloud } from '../simulated-cloud.js'

/** An instance as its simulator knows it, and no operation tells. */
export interface Guest {
  readonly id: string
  /** `running`, `stopped`, or on the way: `stopping`, `starting`, `rebooting`. */
  readonly power: string
  /** The names of the key pairs that it accepts at login. */
  readonly accepts: readonly string[]
}

/** The world of a simulator. */
export interface World {
  readonly keyPairs: readonly string[]
  readonly guests: readonly Guest[]
}

const schema = v.object({
  keyPairs: v.array(v.object({ id: v.string(), name: v.string() })),
  instances: v.array(v.object({ id: v.string(), status: v.string(), authorized: v.array(v.string()) })),
})

export async function lookAt(simulator: SimulatedCloud): Promise<World> {
  const { keyPairs, instances } = v.parse(schema, await simulator.control('snapshot'))
  const names = new Map(keyPairs.map(({ id, name }) => [id, name]))
  return {
    keyPairs: keyPairs.map(({ name }) => name),
    guests: instances.map(({ id, status, authorized }) => ({
      id,
      power: status.toLowerCase(),
      accepts: authorized.map((keyPair) => names.get(keyPair) ?? `${keyPair}, which is gone`),
    })),
  }
}

/** Returns the guests that ran before, and are down now. */
export function downOf({ guests }: World, ran: readonly string[]): readonly string[] {
  return guests.filter(({ id, power }) => ran.includes(id) && power !== 'running').map(({ id }) => id)
}
