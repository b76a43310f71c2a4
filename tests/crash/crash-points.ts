import type { TestKeys, Subject } from '@cloud-keypair/conformance'
import type fc from 'fast-check'
import { attachWork, detachedIn, detachWork } from './change-work.js'
import { createWork } from './create-work.js'
import { storeInFile, storeInMemory } from './checkpoint-store.js'
import { die, type Died, type Killed } from './crash.js'
import { variantOf } from './test-cloud.js'
import { rotationWork } from './rotation-work.js'
import { createScenarios, scenarios, type Scenario } from './scenario.js'
import type { Counts, Violation } from './counts.js'

/** The work that is killed at every await, and its worlds. */
export const works: Readonly<
  Record<
    'create' | 'attach' | 'detach' | 'rotate' | 'checkpoint-file',
    Killed & { readonly scenarios: fc.Arbitrary<Scenario> }
  >
> = {
  create: { makeWork: createWork, makeStore: storeInMemory, scenarios: createScenarios },
  attach: { makeWork: attachWork, makeStore: storeInMemory, scenarios },
  detach: {
    makeWork: detachWork,
    makeStore: storeInMemory,
    scenarios: scenarios.filter((scenario) => detachedIn(scenario).length > 0),
  },
  rotate: { makeWork: rotationWork, makeStore: storeInMemory, scenarios },
  'checkpoint-file': { makeWork: rotationWork, makeStore: storeInFile, scenarios },
}

/** Does the work in one world, and again for each moment that it has, to be killed in it. */
export async function killEverywhere(
  subject: Subject,
  testKeys: TestKeys,
  scenario: Scenario,
  killed: Killed,
): Promise<Counts> {
  const variant = variantOf(subject, scenario.variant)
  const violations: Violation[] = []
  const dieAt = async (at: number): Promise<Died | undefined> => {
    const context = `${variant}, dies at ${at}: ${JSON.stringify(scenario)}`
    try {
      const died = await die(subject, variant, testKeys, at, { scenario, ...killed })
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
