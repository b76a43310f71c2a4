import { median } from './median.js'

/** The cost of one run, by measure. */
export type Sample<Measure extends string> = Readonly<Record<Measure, number>>

/** The runs of several ways to do the same, round by round. */
export interface Rounds<Way extends string, Measure extends string> {
  /** Returns the median of a measure of one way. */
  median(way: Way, measure: Measure): number
  /** Returns the median of the ratios of two ways, each within one round: other work on the machine slows both. */
  ratio(way: Way, other: Way, measure: Measure): number
}

/** Runs several ways to do the same in turns. A first round fills caches and compiles the code, and does not count. */
export async function inTurns<Way extends string, Measure extends string>(
  rounds: number,
  ways: readonly (readonly [Way, () => Promise<Sample<Measure>>])[],
): Promise<Rounds<Way, Measure>> {
  const samples = new Map<Way, Sample<Measure>[]>(ways.map(([way]) => [way, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [way, run] of ways) {
      const sample = await run()
      if (round > 0) samples.get(way)?.push(sample)
    }
  }
  const of = (way: Way, measure: Measure): readonly number[] =>
    (samples.get(way) ?? []).map((sample) => sample[measure])
  return {
    median: (way, measure) => median(of(way, measure)),
    ratio: (way, other, measure) => {
      const others = of(other, measure)
      return median(of(way, measure).map((value, round) => value / (others[round] ?? Number.NaN)))
    },
  }
}

/** Does work, and returns the processor time of this process and the time of the clock, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<Sample<'cpuMs' | 'ms'>> {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, ms }
}
