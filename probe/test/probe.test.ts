import type { GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { verdictOf, type Answer } from '../answer.js'
import { possible } from './variants.js'
import { canaries, makeMaterials, startWorld } from './worlds.js'

let materials: readonly GeneratedKeyPairMaterial[]

beforeAll(async () => {
  materials = await makeMaterials(7)
})

const seed = Number(process.env['PROBE_SEED'] ?? Date.now() % 1_000_000)
const runs = Number(process.env['PROBE_RUNS'] ?? 8)

/** Whether an answer is true of a cloud. */
function isTrue(answer: Answer<unknown>, actual: unknown): boolean {
  return answer.kind === 'among' ? answer.values.includes(actual) : verdictOf(answer, actual) === 'as assumed'
}

const providers = ['volcengine', 'alibaba-ecs', 'alibaba-ens'] as const

describe.each(providers)('of %s, whichever its variants', (provider) => {
  test(`every answer is true, and nothing is left behind (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(possible[provider], fc.boolean(), async ({ variants, untold }, running) => {
        await using world = await startWorld(provider, { variants, running }, materials)
        const before = world.look()
        const outcome = await world.probe()
        if (outcome.kind !== 'probed') return expect.unreachable(outcome.why)
        const told = outcome.rows.filter(({ answer }) => answer.kind !== 'not-asked')
        for (const { variant, answer } of told) {
          expect(isTrue(answer, variants[variant]), `${variant} ${JSON.stringify(answer)}`).toBe(true)
        }
        const undecided = outcome.rows.filter(({ answer }) => answer.kind === 'not-asked' || answer.kind === 'among')
        expect(undecided.map(({ variant }) => variant).toSorted()).toEqual(untold.toSorted())
        expect(outcome.rows.map(({ variant }) => variant).toSorted()).toEqual(Object.keys(variants).toSorted())
        expect(outcome.left).toEqual([])
        expect(world.look()).toEqual(before)
        const all = JSON.stringify([outcome, world.said])
        for (const canary of canaries) expect(all).not.toContain(canary)
      }),
      { seed, numRuns: runs },
    )
  })
})
