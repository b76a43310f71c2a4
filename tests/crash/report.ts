import { type Harm, harms, type Counts, type Violation } from './counts.js'

/** What a counts says, in a line: what there was, and how often each harm was done. */
export function lineOf({ counts, violations }: Counts): string {
  const done = Object.entries(harmsDone(violations)).map(([harm, times]) => `${times} ${harm}`)
  const there = Object.entries(counts).map(([what, times]) => `${times} ${what}`)
  return `${there.join(', ')}; ${done.length === 0 ? 'no harm' : done.join(', ')}`
}

/** Every harm that there is, and how often it was done. */
export function totalOf({ counts, violations }: Counts): string {
  const done = harmsDone(violations)
  const lines = Object.entries(harms).map(([harm, text]) => `${done[harm] ?? 0} ${text}`)
  return `${counts['worlds'] ?? 0} worlds, ${counts['deaths'] ?? 0} deaths at ${counts['awaits'] ?? 0} awaits, ${counts['struck'] ?? 0} struck by a fault: ${lines.join(', ')}`
}

/** What was counted and never came about, so that nothing is known of it. */
export function neverIn({ counts }: Counts): readonly string[] {
  return Object.keys(counts).filter((what) => counts[what] === 0)
}

function harmsDone(violations: readonly Violation[]): Readonly<Record<string, number>> {
  const done: Partial<Record<Harm, number>> = {}
  for (const { harm } of violations) done[harm] = (done[harm] ?? 0) + 1
  return done
}
