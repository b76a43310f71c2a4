import type { Kit, Subject } from '@cloud-keypair/conformance'
import fc from 'fast-check'
import { killEverywhere, works } from './deaths.js'
import { faultStories } from './fault-scenes.js'
import { asCounted, strike, troublesOf } from './faults.js'
import { planAndApply, planStories } from './plans.js'
import type { Tally } from './tally.js'

/** What is held in every world: no harm is done by a death, no answer is false, no plan is. */
export const properties = ['create', 'attach', 'detach', 'rotate', 'faults', 'plans'] as const

/** See {@link properties}. */
export type Property = (typeof properties)[number]

/** Which worlds a property is tried in: as many, by a seed, or the one of that number. */
export interface Worlds {
  readonly count: number
  readonly seed: number
  readonly only?: number | undefined
}

/** Tries a property in each of the worlds, and tells what each came to. */
export async function tryProperty(
  property: Property,
  subject: Subject,
  kit: Kit,
  worlds: Worlds,
  tell: (tally: Tally) => void,
): Promise<void> {
  switch (property) {
    case 'create':
    case 'attach':
    case 'detach':
    case 'rotate': {
      const { makeWork, stories } = works[property]
      return tryEach(stories, worlds, tell, (story) => killEverywhere(subject, kit, story, makeWork))
    }
    case 'faults': {
      const troubles = await troublesOf(subject, kit)
      // Each of them is counted, also one that struck nothing.
      tell({ counts: Object.fromEntries(troubles.map((trouble) => [asCounted(trouble), 0])), violations: [] })
      return tryEach(faultStories, worlds, tell, async (story, index) => {
        const trouble = troubles[index % troubles.length]
        if (trouble === undefined) throw new Error('Nothing can go wrong')
        return strike(subject, kit, trouble, story)
      })
    }
    case 'plans':
      return tryEach(planStories, worlds, tell, (story) => planAndApply(subject, kit, story))
  }
}

async function tryEach<Story>(
  stories: fc.Arbitrary<Story>,
  { count, seed, only }: Worlds,
  tell: (tally: Tally) => void,
  tryOne: (story: Story, index: number) => Promise<Tally>,
): Promise<void> {
  for (const [index, story] of fc.sample(stories, { numRuns: count, seed }).entries()) {
    if (only !== undefined && only !== index) continue
    const { counts, violations } = await tryOne(story, index)
    const numbered = violations.map(({ harm, message }) => ({ harm, message: `world ${index}, ${message}` }))
    tell({ counts, violations: numbered })
  }
}
