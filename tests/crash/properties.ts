import type { TestKeys, Subject } from '@cloud-keypair/conformance'
import fc from 'fast-check'
import { killEverywhere, works } from './crash-points.js'
import { faultScenarios, type FaultScenario } from './fault-fixtures.js'
import { asCounted, strike, troublesOf } from './faults.js'
import { disturbEverywhere, othersScenarios } from './others.js'
import { planAndApply, planStories } from './plans.js'
import { sum, type Counts } from './counts.js'

/** The properties of every world: neither a killed process nor others do harm; answers and plans are true. */
export const properties = [
  'create',
  'attach',
  'detach',
  'rotate',
  'checkpoint-file',
  'faults',
  'plans',
  'others',
] as const

/** See {@link properties}. */
export type Property = (typeof properties)[number]

/** The worlds of a property: a number of them by a seed, or the one of that number. */
export interface Worlds {
  readonly count: number
  readonly seed: number
  readonly only?: number | undefined
}

/** Tries a property in each of the worlds, and tells what each came to. */
export async function tryProperty(
  property: Property,
  subject: Subject,
  testKeys: TestKeys,
  worlds: Worlds,
  tell: (counts: Counts) => void,
): Promise<void> {
  switch (property) {
    case 'create':
    case 'attach':
    case 'detach':
    case 'rotate':
    case 'checkpoint-file': {
      const { scenarios, ...killed } = works[property]
      return tryEach(scenarios, worlds, tell, (scenario) => killEverywhere(subject, testKeys, scenario, killed))
    }
    case 'faults': {
      const troubles = await troublesOf(subject, testKeys)
      // Each of them is counted, also one that struck nothing.
      tell({ counts: Object.fromEntries(troubles.map((trouble) => [asCounted(trouble), 0])), violations: [] })
      return tryEach(faultScenarios, worlds, tell, async (scenario, index) => {
        const trouble = troubles[index % troubles.length]
        if (trouble === undefined) throw new Error('Nothing can go wrong')
        let counts = await strike(subject, testKeys, trouble, scenario)
        for (let again = 0; again < most && counts.counts['struck'] === undefined; again += 1) {
          counts = sum(counts, await strike(subject, testKeys, trouble, surely(scenario, again)))
        }
        return counts
      })
    }
    case 'others':
      return tryEach(othersScenarios, worlds, tell, (scenario) => disturbEverywhere(subject, testKeys, scenario))
    case 'plans':
      return tryEach(planStories, worlds, tell, (scenario) => planAndApply(subject, testKeys, scenario))
  }
}

/** The number of further worlds in which a fault that struck nothing is tried. */
const most = 5

/** Makes a world in which a fault strikes soon: with running and stopped instances, for each operation in turn. */
function surely(scenario: FaultScenario, operation: number): FaultScenario {
  const both = [{ power: 'running', keyPair: 'old' } as const, { power: 'stopped', keyPair: 'old' } as const]
  return {
    ...scenario,
    operation,
    skip: 0,
    next: undefined,
    readLagMs: 0,
    instances: [...both, ...scenario.instances.slice(0, 3)],
  }
}

async function tryEach<Scenario>(
  scenarios: fc.Arbitrary<Scenario>,
  { count, seed, only }: Worlds,
  tell: (counts: Counts) => void,
  tryOne: (scenario: Scenario, index: number) => Promise<Counts>,
): Promise<void> {
  for (const [index, scenario] of fc.sample(scenarios, { numRuns: count, seed }).entries()) {
    if (only !== undefined && only !== index) continue
    const { counts, violations } = await tryOne(scenario, index)
    const numbered = violations.map(({ harm, message }) => ({ harm, message: `world ${index}, ${message}` }))
    tell({ counts, violations: numbered })
  }
}
