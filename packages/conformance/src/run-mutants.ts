import { isNativeError } from 'node:util/types'
import type { Case } from './case-context.js'
import type { Subject } from './harness.js'
import { type TestKeys, makeTestKeys } from './test-keys.js'
import { mutantsOf } from './mutants/index.js'
import type { Mutant } from './mutants/mutant.js'
import type { PromiseNumber } from './promises.js'
import { harnessOptionsOf, lackingFor, runCase } from './run-case.js'
import { cases } from './suite.js'

/** The result of one mutant of one adapter. */
export interface MutantOutcome {
  readonly adapter: string
  readonly mutant: string
  /** The promise that the mutant breaks. */
  readonly breaks: PromiseNumber
  /** The case that has to notice the mutant. */
  readonly killedBy: string
  /** `unproven`: the harness lacks a control that the case needs. */
  readonly verdict: 'killed' | 'survived' | 'unproven'
  /** The first world in which the case kills the mutant. */
  readonly variant?: string
  /** The message of the case. */
  readonly message?: string
}

/**
 * Breaks an adapter in every way that the suite has to notice, one at a time, and runs the case that has to notice.
 * A mutant is killed if that case fails with it, and passes without it, in some world. A mutant that survives shows a gap
 * in the adapter's harness or in the suite.
 */
export async function runMutants(
  subject: Subject,
  seed: number,
  onOutcome: (outcome: MutantOutcome) => void = () => {},
): Promise<readonly MutantOutcome[]> {
  const testKeys = await makeTestKeys(seed)
  const outcomes: MutantOutcome[] = []
  const without = failuresWithoutMutant(subject, testKeys)
  for (const mutant of await mutantsFor(subject, testKeys)) {
    const outcome = await runMutant(subject, mutant, testKeys, without)
    outcomes.push(outcome)
    onOutcome(outcome)
  }
  return outcomes
}

/** Returns the mutants of an adapter in its usual world. */
async function mutantsFor(subject: Subject, testKeys: TestKeys): Promise<readonly Mutant[]> {
  const [variant = 'usual'] = subject.variants
  await using harness = await subject.harness(harnessOptionsOf(variant, testKeys))
  return mutantsOf(harness.service.capabilities, harness.facts)
}

/** Gives the failure of a case without a mutant in a world, if it fails. */
type FailureWithoutMutant = (one: Case, variant: string) => Promise<string | undefined>

/** Returns a function that runs a case without a mutant once in each world, as many mutants have the same case. */
function failuresWithoutMutant(subject: Subject, testKeys: TestKeys): FailureWithoutMutant {
  const known = new Map<string, Promise<string | undefined>>()
  return (one, variant) => {
    const id = `${one.id} ${variant}`
    const found = known.get(id) ?? failure(subject, variant, one, testKeys)
    known.set(id, found)
    return found
  }
}

async function runMutant(
  subject: Subject,
  mutant: Mutant,
  testKeys: TestKeys,
  withoutMutant: FailureWithoutMutant,
): Promise<MutantOutcome> {
  const { name, breaks, killedBy } = mutant
  const about = { adapter: subject.name, mutant: name, breaks, killedBy }
  const meant = caseOf(killedBy)
  if (lackingFor(meant, subject).length > 0) return { ...about, verdict: 'unproven' }
  for (const variant of subject.variants) {
    const message = await failure(subject, variant, meant, testKeys, mutant)
    if (message === undefined) continue
    const without = await withoutMutant(meant, variant)
    if (without !== undefined)
      return { ...about, verdict: 'survived', message: `the case fails without it too: ${without}` }
    return { ...about, verdict: 'killed', variant, message }
  }
  return { ...about, verdict: 'survived' }
}

async function failure(
  subject: Subject,
  variant: string,
  one: Case,
  testKeys: TestKeys,
  mutant?: Mutant,
): Promise<string | undefined> {
  try {
    await runCase(subject, variant, one, testKeys, mutant)
    return undefined
  } catch (thrown) {
    return isNativeError(thrown) ? thrown.message : String(thrown)
  }
}

function caseOf(wanted: string): Case {
  const found = cases.find(({ id }) => id === wanted)
  if (found === undefined) throw new Error(`There is no case ${wanted}`)
  return found
}

/**
 * Returns the last line of a run of mutants. A mutant counts as killed if it was killed on every adapter that it can
 * break.
 */
export function summaryOfMutants(outcomes: readonly MutantOutcome[]): string {
  const adapters = new Set(outcomes.map(({ adapter }) => adapter)).size
  const all = new Set(outcomes.map(({ mutant }) => mutant))
  const alive = new Set(outcomes.filter(({ verdict }) => verdict === 'survived').map(({ mutant }) => mutant))
  const judged = new Set(outcomes.filter(({ verdict }) => verdict === 'killed').map(({ mutant }) => mutant))
  const killed = [...all].filter((mutant) => judged.has(mutant) && !alive.has(mutant)).length
  return `mutants: killed ${killed}/${all.size} on ${adapters} adapters`
}
