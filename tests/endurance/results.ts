import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Tally } from './tally.js'

const file = fileURLToPath(new URL('results.json', import.meta.url))

/** A run that was recorded. */
interface RecordedRun {
  readonly commit: string
  readonly seed: number
  readonly adapters: readonly string[]
  readonly operations: number
  readonly faults: number
  readonly kills: number
  readonly violations: number
}

interface Results {
  readonly total: Pick<RecordedRun, 'operations' | 'faults' | 'kills' | 'violations'>
  readonly runs: readonly RecordedRun[]
}

/** Adds a run to the results in the tree. Returns the sum of all runs. */
export async function recordRun(seed: number, adapters: readonly string[], tally: Tally): Promise<Results['total']> {
  const { runs } = readResults(await readFile(file, 'utf8'))
  const { operations, faults, kills, violations } = tally
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const all = [...runs, { commit, seed, adapters, operations, faults, kills, violations: violations.length }]
  const sumOf = (what: keyof Results['total']): number => all.reduce((sum, run) => sum + run[what], 0)
  const total = {
    operations: sumOf('operations'),
    faults: sumOf('faults'),
    kills: sumOf('kills'),
    violations: sumOf('violations'),
  }
  await writeFile(file, `${JSON.stringify({ total, runs: all } satisfies Results, undefined, 2)}\n`)
  return total
}

function readResults(text: string): Pick<Results, 'runs'> {
  const results: unknown = JSON.parse(text)
  if (!isResults(results)) throw new TypeError('tests/endurance/results.json has no runs')
  return results
}

function isResults(value: unknown): value is Pick<Results, 'runs'> {
  return typeof value === 'object' && value !== null && 'runs' in value && Array.isArray(value.runs)
}
