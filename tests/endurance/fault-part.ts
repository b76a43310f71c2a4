import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import type { Capabilities } from '@cloud-keypair/core'
import { inAnyTestCloud } from '../crash/test-cloud.js'
import { type Combination, combinationsOf } from './combinations.js'
import { tryFaults } from './fault-trial.js'
import { faultWorlds } from './fault-worlds.js'
import { nothingLeftOpen, noUnhandledRejection } from './invariants.js'
import type { PlantedFault } from './planted-faults.js'
import { openResources, type Rejections, turns } from './resources.js'
import { addTallies, emptyTally, seenIn, type Tally, violations } from './tally.js'

/** The worlds of faults to run. */
export interface FaultWorlds {
  readonly seed: number
  readonly operations: number
  /** The world of that number alone. */
  readonly world?: number | undefined
  readonly planted?: PlantedFault | undefined
  /** Chooses among the combinations. Default: all. */
  readonly chooses?: (combination: Combination) => boolean
}

/** Runs worlds of faults, one after another, and looks at the process after each. */
export async function* runFaultWorlds(
  subject: Subject,
  testKeys: TestKeys,
  rejections: Rejections,
  { seed, operations, world: only, planted, chooses = () => true }: FaultWorlds,
): AsyncGenerator<Tally, void> {
  const combinations = combinationsOf(subject, await capabilitiesOf(subject, testKeys)).filter(chooses)
  let done = 0
  let before: Readonly<Record<string, number>> | undefined
  // Each world has two or three operations.
  for (const [index, world] of faultWorlds(combinations, { count: Math.ceil(operations / 2), seed }).entries()) {
    if (done >= operations) return
    if (only !== undefined && only !== index) continue
    const tally = await tryFaults(subject, testKeys, world, planted)
    // The clock of the world takes some turns to see that nothing waits for it any more.
    await turns(20)
    const open = openResources()
    // The first world loads what stays.
    const left = before === undefined ? [] : nothingLeftOpen(before, open)
    before = open
    done += tally.operations
    const found = [
      ...violations('unhandled rejection', noUnhandledRejection(rejections.take())),
      ...violations('left open', left),
    ]
    yield seenIn(`world ${index} of seed ${seed}`, addTallies(tally, { ...emptyTally, violations: found }))
  }
}

async function capabilitiesOf(subject: Subject, testKeys: TestKeys): Promise<ReadonlyMap<string, Capabilities>> {
  const capabilities = new Map<string, Capabilities>()
  for (const variant of subject.variants) {
    const its = await inAnyTestCloud(subject, variant, testKeys, async ({ driver }) => driver.capabilities)
    capabilities.set(variant, its)
  }
  return capabilities
}
