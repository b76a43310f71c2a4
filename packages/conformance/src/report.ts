import { isNativeError } from 'node:util/types'
import type { Verdict } from './case-context.js'
import type { Control } from './controls.js'
import type { Subject } from './harness.js'
import { makeTestKeys } from './test-keys.js'
import type { PromiseNumber } from './promises.js'
import { lackingFor, runCase } from './run-case.js'
import { cases } from './suite.js'
import { warmUp } from './warm-up.js'

/** The result of one case against one variant of one adapter. */
export interface Outcome {
  readonly adapter: string
  readonly variant: string
  readonly id: string
  /** The promise that the case proves a part of. */
  readonly promise: PromiseNumber
  readonly verdict: Verdict | 'failed'
  /** The failure, beginning with the promise. */
  readonly message?: string
  /** With `unproven`: the controls that the harness lacks. */
  readonly lacks?: readonly Control[]
}

/** Runs every case against every variant of every adapter, and tells of each as it ends. */
export async function runSuite(
  subjects: readonly Subject[],
  seed: number,
  onOutcome: (outcome: Outcome) => void = () => {},
): Promise<readonly Outcome[]> {
  const testKeys = await makeTestKeys(seed)
  const outcomes: Outcome[] = []
  for (const subject of subjects) {
    await warmUp(subject, testKeys)
    for (const variant of subject.variants) {
      for (const one of cases) {
        const { id, promise } = one
        const about = { adapter: subject.name, variant, id, promise }
        const outcome = await runCase(subject, variant, one, testKeys).then(
          (verdict): Outcome => ({
            ...about,
            verdict,
            ...(verdict === 'unproven' && { lacks: lackingFor(one, subject) }),
          }),
          (thrown: unknown): Outcome => ({
            ...about,
            verdict: 'failed',
            message: isNativeError(thrown) ? thrown.message : String(thrown),
          }),
        )
        outcomes.push(outcome)
        onOutcome(outcome)
      }
    }
  }
  return outcomes
}

/** Returns the last line of a report. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const adapters = new Set(outcomes.map(({ adapter }) => adapter)).size
  const variants = new Set(outcomes.map(({ adapter, variant }) => `${adapter} ${variant}`)).size
  const counts = verdicts.map((verdict) => `${countOf(outcomes, verdict)} ${verdict}`)
  return `conformance: ${adapters} adapters, ${variants} variants, ${counts.join(', ')}`
}

/** In the order of the columns of a report. */
export const verdicts = ['passed', 'verified-unsupported', 'unproven', 'failed'] as const

export function countOf(outcomes: readonly Outcome[], verdict: Outcome['verdict']): number {
  return outcomes.filter((outcome) => outcome.verdict === verdict).length
}
