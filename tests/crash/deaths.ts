import type { Kit, Subject } from '@cloud-keypair/conformance'
import type fc from 'fast-check'
import { attachWork, detachedIn, detachWork } from './change-work.js'
import { createWork } from './create-work.js'
import { die, type Died } from './die.js'
import { variantOf } from './place.js'
import { rotationWork } from './rotation-work.js'
import { createStories, stories, type Story } from './story.js'
import type { Tally, Violation } from './tally.js'
import type { MakeWork } from './work.js'

/** What is killed at every await, and the worlds that it is done in. */
export const works: Readonly<
  Record<
    'create' | 'attach' | 'detach' | 'rotate',
    { readonly makeWork: MakeWork; readonly stories: fc.Arbitrary<Story> }
  >
> = {
  create: { makeWork: createWork, stories: createStories },
  attach: { makeWork: attachWork, stories },
  detach: { makeWork: detachWork, stories: stories.filter((story) => detachedIn(story).length > 0) },
  rotate: { makeWork: rotationWork, stories },
}

/** Does the work in one world, and again for each moment that it has, to be killed in it. */
export async function killEverywhere(subject: Subject, kit: Kit, story: Story, makeWork: MakeWork): Promise<Tally> {
  const variant = variantOf(subject, story.variant)
  const violations: Violation[] = []
  const dieAt = async (at: number): Promise<Died | undefined> => {
    const context = `${variant}, dies at ${at}: ${JSON.stringify(story)}`
    try {
      const died = await die(subject, variant, kit, story, at, makeWork)
      violations.push(...died.violations.map(({ harm, message }) => ({ harm, message: `${message}; ${context}` })))
      return died
    } catch (thrown) {
      violations.push({ harm: 'broken', message: `${String(thrown)}; ${context}` })
      return undefined
    }
  }
  const lived = await dieAt(Infinity)
  const { awaits = 0, moments = [] } = lived ?? {}
  for (const at of moments) await dieAt(at)
  return { counts: { worlds: 1, awaits, deaths: moments.length }, violations }
}
