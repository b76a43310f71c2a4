import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import fc from 'fast-check'
import type { Harm } from '../crash/counts.js'
import { disturbEverywhere, othersScenarios } from '../crash/others.js'
import type { Invariant } from './invariants.js'
import type { Tally } from './tally.js'

const brokenBy: Readonly<Record<Harm, Invariant>> = {
  lost: 'key lost',
  'locked out': 'locked out',
  forgotten: 'left stopped',
  'too many down': 'left stopped',
  unfinished: 'not resumed',
  duplicate: 'false claim',
  'false failure': 'false claim',
  'false success': 'false claim',
  'not as planned': 'false claim',
  broken: 'thrown or internal error',
}

/** Runs operations while somebody else acts before each of their calls, in one world after another. */
export async function* letOthersAct(
  subject: Subject,
  testKeys: TestKeys,
  seed: number,
  operations: number,
): AsyncGenerator<Tally, void> {
  let done = 0
  for (let index = 0; done < operations; index += 1) {
    const [scenario] = fc.sample(othersScenarios, { numRuns: 1, seed: seed * 10_007 + index })
    if (scenario === undefined) return
    const { counts, violations } = await disturbEverywhere(subject, testKeys, scenario)
    const disturbed = counts['disturbed'] ?? 0
    done += 1 + disturbed
    yield {
      operations: 1 + disturbed,
      faults: disturbed,
      kills: 0,
      seen: { [`others during ${scenario.operation}`]: disturbed },
      violations: violations.map(({ harm, message }) => ({
        invariant: brokenBy[harm],
        message: `${harm}: ${message}`,
      })),
    }
  }
}
