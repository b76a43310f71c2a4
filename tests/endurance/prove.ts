import type { Subject, TestKeys } from '@cloud-keypair/conformance'
import { runFaultWorlds } from './fault-part.js'
import { type Invariant, invariants } from './invariants.js'
import { plantedFaults, plantedInProcesses } from './planted-faults.js'
import { runKills, runSoak } from './process-parts.js'
import type { Rejections } from './resources.js'
import { addTallies, emptyTally, type Tally } from './tally.js'

/** The operations within which a planted fault has to break its invariant. */
const within = 600

/** A planted fault. `isSeen` is true if its invariant was seen to fail. */
export interface Proof {
  readonly name: string
  readonly breaks: Invariant
  readonly isSeen: boolean
}

/** Plants each fault in its turn. The timer that one of them leaves open keeps the process from its end. */
export async function* proveInvariants(
  memory: Subject,
  wire: Subject,
  testKeys: TestKeys,
  rejections: Rejections,
): AsyncGenerator<Proof, void> {
  for (const planted of plantedFaults) {
    let tally = emptyTally
    const { on, variant: wanted = memory.variants[0] } = planted
    const worlds = runFaultWorlds(memory, testKeys, rejections, {
      seed: 1,
      operations: within,
      planted,
      chooses: ({ operation, variant }) => variant === wanted && on.some((one) => one === operation),
    })
    for await (const one of worlds) {
      tally = addTallies(tally, one)
      if (isBroken(tally, planted.breaks)) break
    }
    yield { name: planted.name, breaks: planted.breaks, isSeen: isBroken(tally, planted.breaks) }
  }
  const { 'not resumed': resumed, growth } = plantedInProcesses
  yield proofOf(resumed, 'not resumed', await runKills(wire, testKeys, 1, 6, true))
  yield proofOf(growth, 'growth', await runSoak(undefined, testKeys, 1, 3_000, true))
}

/** Returns the invariants that no planted fault breaks. */
export function unproven(proofs: readonly Proof[]): readonly string[] {
  const seen = new Set<string>(proofs.flatMap(({ breaks, isSeen }) => (isSeen ? [breaks] : [])))
  return Object.keys(invariants).filter((invariant) => !seen.has(invariant))
}

function proofOf(name: string, breaks: Invariant, tally: Tally): Proof {
  return { name, breaks, isSeen: isBroken(tally, breaks) }
}

function isBroken({ violations }: Tally, invariant: Invariant): boolean {
  return violations.some((one) => one.invariant === invariant)
}
