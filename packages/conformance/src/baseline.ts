import { countOf, type Outcome, verdicts } from './report.js'
import { promiseNumbers } from './report-table.js'

/** The coverage of one adapter by a run: the number of outcomes of each verdict, by promise. */
export interface Coverage {
  readonly variants: number
  readonly promises: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** The recorded coverage of a repository, so that a loss is a visible change. */
export type Baseline = Readonly<Record<string, Coverage>>

/** Returns the coverage of a run, by adapter. */
export function coverageOf(outcomes: readonly Outcome[]): Baseline {
  const adapters = [...new Set(outcomes.map(({ adapter }) => adapter))].toSorted()
  return Object.fromEntries(
    adapters.map((adapter) => {
      const own = outcomes.filter((outcome) => outcome.adapter === adapter)
      const byPromise = promiseNumbers().map((promise) => {
        const proven = own.filter((outcome) => outcome.promise === promise)
        return [
          String(promise),
          Object.fromEntries(verdicts.map((verdict) => [verdict, countOf(proven, verdict)])),
        ] as const
      })
      const variants = new Set(own.map(({ variant }) => variant)).size
      return [adapter, { variants, promises: Object.fromEntries(byPromise) }]
    }),
  )
}

/**
 * Returns the differences between a run and the baseline, one a line. More coverage than the baseline is a difference too:
 * if the baseline is not raised, the surplus could be lost unnoticed.
 */
export function differencesFromBaseline(baseline: Baseline, outcomes: readonly Outcome[]): readonly string[] {
  const now = coverageOf(outcomes)
  const adapters = [...new Set([...Object.keys(baseline), ...Object.keys(now)])].toSorted()
  return adapters.flatMap((adapter) => {
    const before = baseline[adapter]
    const after = now[adapter]
    if (before === undefined) return [`${adapter} is not in the baseline`]
    if (after === undefined) return [`${adapter} was not run`]
    const lines =
      before.variants === after.variants
        ? []
        : [`${adapter}: ${before.variants} variants before, ${after.variants} now`]
    for (const promise of promiseNumbers()) {
      for (const verdict of verdicts) {
        const was = before.promises[promise]?.[verdict] ?? 0
        const is = after.promises[promise]?.[verdict] ?? 0
        if (was !== is) lines.push(`${adapter}, promise ${promise}: ${was} ${verdict} before, ${is} now`)
      }
    }
    return lines
  })
}
