import type { Kit, Subject } from '@cloud-keypair/conformance'
import fc from 'fast-check'
import { killEverywhere, works } from './deaths.js'
import { faultStories, type FaultStory } from './fault-scenes.js'
import { asCounted, strike, troublesOf } from './faults.js'
import { planAndApply, planStories } from './plans.js'
import { sum, type Tally } from './tally.js'

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
        let tally = await strike(subject, kit, trouble, story)
        for (let again = 0; again < most && tally.counts['struck'] === undefined; again += 1) {
          tally = sum(tally, await strike(subject, kit, trouble, surely(story, again)))
        }
        return tally
      })
    }
    case 'plans':
      return tryEach(planStories, worlds, tell, (story) => planAndApply(subject, kit, story))
  }
}

/** In how many more worlds a fault that struck nothing is tried. */
const most = 5

/** A world in which a fault strikes soon: with instances in either state of power, by one operation after the other. */
function surely(story: FaultStory, operation: number): FaultStory {
  const both = [{ power: 'running', keyPair: 'old' } as const, { power: 'stopped', keyPair: 'old' } as const]
  return {
    ...story,
    operation,
    skip: 0,
    next: undefined,
    readLagMs: 0,
    instances: [...both, ...story.instances.slice(0, 3)],
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
