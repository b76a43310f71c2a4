import { generateKeyPair, type GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import type { Case, Stage, Verdict } from './case.js'
import { attachCases } from './cases/attach.js'
import { detachCases } from './cases/detach.js'
import { boundedCases } from './cases/bounded.js'
import { faultCases } from './cases/faults.js'
import { limitCases } from './cases/limits.js'
import { propertyCases } from './cases/properties.js'
import { secretCases } from './cases/secrets.js'
import { createCases } from './cases/create.js'
import { createInCloudCases } from './cases/create-in-cloud.js'
import { deleteCases } from './cases/delete.js'
import { importCases } from './cases/import.js'
import { readCases } from './cases/read.js'
import { updateCases } from './cases/update.js'
import type { Subject } from './harness.js'
import { VirtualClock } from './virtual-clock.js'

/** Every statement about an adapter. Their number is the same for each: there is no skipping. */
export const cases: readonly Case[] = [
  ...importCases,
  ...createCases,
  ...createInCloudCases,
  ...readCases,
  ...updateCases,
  ...deleteCases,
  ...attachCases,
  ...detachCases,
  ...limitCases,
  ...faultCases,
  ...boundedCases,
  ...propertyCases,
  ...secretCases,
]

/** What a run of the suite needs besides a subject: keys, which take long to make, and a seed. */
export interface Kit {
  readonly keys: readonly GeneratedKeyPairMaterial[]
  readonly seed: number
}

const keysInKit = 4

/** Makes a kit. The same seed gives the same run, the keys apart. */
export async function makeKit(seed: number): Promise<Kit> {
  const keys = await Promise.all(Array.from({ length: keysInKit }, () => generateKeyPair({ bits: 2048 })))
  return { keys, seed }
}

/** Runs one case against one variant of an adapter, in a world of its own. Throws where the adapter fails it. */
export async function runCase(subject: Subject, variant: string, { run }: Case, kit: Kit): Promise<Verdict> {
  const clock = new VirtualClock()
  const random = randomFrom(kit.seed)
  let made = 0
  let tokens = 0
  const nextKey = (): GeneratedKeyPairMaterial => {
    const key = kit.keys[made % kit.keys.length]
    made += 1
    if (key === undefined) throw new Error('A kit needs keys')
    return key
  }
  const generateInCloud = (): { privateKey: string; publicKey: string } => {
    const { privateKey, publicKey } = nextKey()
    return { privateKey: privateKey.reveal(), publicKey: publicKey.line }
  }
  const service = { clock, random, newToken: () => `token-${(tokens += 1)}`, generateKeyPair: async () => nextKey() }
  await using harness = await subject.harness({ variant, clock, service, generateInCloud })
  const usual = variant === subject.variants[0]
  const stage: Stage = {
    ...harness,
    usual,
    clock,
    keys: kit.keys,
    seed: kit.seed,
    [Symbol.asyncDispose]: async () => {},
  }
  return await run(stage)
}

/** Numbers in [0, 1) that repeat by their seed (mulberry32, by Tommy Ettinger, in the public domain). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
