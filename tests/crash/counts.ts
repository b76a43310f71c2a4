/** The harms that must not happen in any world. */
export const harms = {
  lost: 'private keys lost',
  'locked out': 'running instances that authorize neither key',
  forgotten: 'instances left stopped that nothing named',
  'too many down': 'worlds with more instances down than may be',
  unfinished: 'not finished when resumed',
  duplicate: 'duplicates',
  'false failure': 'false failures',
  'false success': 'false successes',
  'not as planned': 'not as planned',
  broken: 'broken otherwise',
} as const

/** See {@link harms}. */
export type Harm = keyof typeof harms

export interface Violation {
  readonly harm: Harm
  readonly message: string
}

/** The result of one or several worlds: numbers of events, and violations. */
export interface Counts {
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

export const nothing: Counts = { counts: {}, violations: [] }

export function sum(a: Counts, b: Counts): Counts {
  const counts = { ...a.counts }
  for (const [what, times] of Object.entries(b.counts)) counts[what] = (counts[what] ?? 0) + times
  return { counts, violations: [...a.violations, ...b.violations] }
}
