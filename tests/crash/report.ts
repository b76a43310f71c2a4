import { type Harm, harms, type Counts, type Violation } from './counts.js'

/** Returns counts as one line: the events, and the number of each harm. */
export function lineOf({ counts, violations }: Counts): string {
  const done = Object.entries(harmsDone(violations)).map(([harm, times]) => `${times} ${harm}`)
  const there = Object.entries(counts).map(([what, times]) => `${times} ${what}`)
  return `${there.join(', ')}; ${done.length === 0 ? 'no harm' : done.join(', ')}`
}

/** Returns every kind of harm with its number. */
export function totalOf({ counts, violations }: Counts): string {
  const done = harmsDone(violations)
  const lines = Object.entries(harms).map(([harm, text]) => `${done[harm] ?? 0} ${text}`)
  return `${counts['worlds'] ?? 0} worlds, ${counts['deaths'] ?? 0} deaths at ${counts['awaits'] ?? 0} awaits, ${counts['struck'] ?? 0} struck by a fault: ${lines.join(', ')}`
}

/** Returns the events that never happened, so that nothing is known of them. */
export function neverIn({ counts }: Counts): readonly string[] {
  return Object.keys(counts).filter((what) => counts[what] === 0)
}

function harmsDone(violations: readonly Violation[]): Readonly<Record<string, number>> {
  const done: Partial<Record<Harm, number>> = {}
  for (const { harm } of violations) done[harm] = (done[harm] ?? 0) + 1
  return done
}
