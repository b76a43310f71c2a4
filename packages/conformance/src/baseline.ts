import { countOf, type Outcome, verdicts } from './report.js'
import { promiseNumbers } from './report-table.js'

/** What a run proved of one adapter: how many outcomes of each verdict, by promise. */
export interface Coverage {
  readonly variants: number
  readonly promises: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** The coverage that a repository keeps beside its code, so that losing some is a change that somebody sees. */
export type Baseline = Readonly<Record<string, Coverage>>

/** The coverage of a run, by adapter. */
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
 * How a run differs from the baseline, each difference a line. More coverage than the baseline is one too: a baseline that is
 * not raised would let the surplus be lost without a word.
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
