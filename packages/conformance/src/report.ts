import { cases, makeKit, runCase } from './suite.js'
import type { Verdict } from './case.js'
import type { Subject } from './harness.js'

/** What became of one case against one variant of one adapter. */
export interface Outcome {
  readonly adapter: string
  readonly variant: string
  readonly id: string
  readonly verdict: Verdict | 'failed'
  readonly message?: string
}

/** Runs every case against every variant of every adapter, and tells of each as it ends. */
export async function runSuite(
  subjects: readonly Subject[],
  seed: number,
  onOutcome: (outcome: Outcome) => void = () => {},
): Promise<readonly Outcome[]> {
  const kit = await makeKit(seed)
  const outcomes: Outcome[] = []
  for (const subject of subjects) {
    for (const variant of subject.variants) {
      for (const one of cases) {
        const about = { adapter: subject.name, variant, id: one.id }
        const outcome = await runCase(subject, variant, one, kit).then(
          (verdict): Outcome => ({ ...about, verdict }),
          (thrown: unknown): Outcome => ({
            ...about,
            verdict: 'failed',
            message: thrown instanceof Error ? thrown.message : String(thrown),
          }),
        )
        outcomes.push(outcome)
        onOutcome(outcome)
      }
    }
  }
  return outcomes
}

/** The report's last line. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const adapters = new Set(outcomes.map(({ adapter }) => adapter)).size
  const variants = new Set(outcomes.map(({ adapter, variant }) => `${adapter} ${variant}`)).size
  const count = (verdict: Outcome['verdict']): number =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length
  return `conformance: ${adapters} adapters, ${variants} variants, ${count('passed')} passed, ${count('verified-unsupported')} verified-unsupported, ${count('failed')} failed`
}
