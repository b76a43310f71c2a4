import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Size, TrialResult } from './endurance.js'

const file = fileURLToPath(new URL('results.json', import.meta.url))

/** The figures of a trial that are added up. */
type Figures = Record<(typeof figures)[number], number>

const figures = ['runs', 'places', 'starts', 'kills', 'stops', 'violations'] as const

interface RecordedTrial extends Figures, Pick<Size, 'seed' | 'workers' | 'instances'> {
  readonly commit: string
}

/** Adds a trial to the results in the tree. Returns the sum of all trials. */
export async function recordTrial(
  { seed, workers, instances }: Size,
  { violations, ...counts }: TrialResult,
): Promise<Figures> {
  const before = readResults(await readFile(file, 'utf8'))
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const trials = [...before, { commit, seed, workers, instances, ...counts, violations: violations.length }]
  const total = { runs: 0, places: 0, starts: 0, kills: 0, stops: 0, violations: 0 }
  for (const what of figures) total[what] = trials.reduce((sum, trial) => sum + trial[what], 0)
  await writeFile(file, `${JSON.stringify({ total, trials }, undefined, 2)}\n`)
  return total
}

function readResults(text: string): readonly RecordedTrial[] {
  const results: unknown = JSON.parse(text)
  if (!isResults(results)) throw new TypeError('tests/real-redis/results.json has no trials')
  return results.trials
}

function isResults(value: unknown): value is { readonly trials: readonly RecordedTrial[] } {
  return typeof value === 'object' && value !== null && 'trials' in value && Array.isArray(value.trials)
}
