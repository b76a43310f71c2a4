/** An answer of the cloud's that says something. */
export interface Evidence {
  readonly action: string
  readonly requestId: string
  /** The vendor's code; empty if the call was accepted, or has none. */
  readonly code: string
}

/** The answer for one variant. */
export type Answer<Value> =
  | { readonly kind: 'is'; readonly value: Value; readonly evidence: readonly Evidence[] }
  /** A measure: more than the one, and at most the other. */
  | { readonly kind: 'between'; readonly above: number; readonly upTo: number; readonly evidence: readonly Evidence[] }
  /** One of several, which can't be told apart. */
  | { readonly kind: 'among'; readonly values: readonly Value[]; readonly evidence: readonly Evidence[] }
  /** A behaviour that no variant describes. */
  | { readonly kind: 'other'; readonly seen: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'not-asked'; readonly why: string }

export function is<const Value>(value: Value, ...evidence: readonly Evidence[]): Answer<Value> {
  return { kind: 'is', value, evidence: evidence.map(evidenceOf) }
}

export function between(above: number, upTo: number, ...evidence: readonly Evidence[]): Answer<number> {
  return { kind: 'between', above, upTo, evidence: evidence.map(evidenceOf) }
}

export function among<const Value>(values: readonly Value[], ...evidence: readonly Evidence[]): Answer<Value> {
  return { kind: 'among', values, evidence: evidence.map(evidenceOf) }
}

export function other(seen: string, ...evidence: readonly Evidence[]): Answer<never> {
  return { kind: 'other', seen, evidence: evidence.map(evidenceOf) }
}

export function notAsked(why: string): Answer<never> {
  return { kind: 'not-asked', why }
}

/** The relation of an answer to the assumption of the simulator. */
export type Verdict = 'as assumed' | 'differs' | 'not asked'

/** Holds an answer against what the simulator assumes. One of several among which that is decides nothing. */
export function verdictOf(answer: Answer<unknown>, assumed: unknown): Verdict {
  switch (answer.kind) {
    case 'is':
      return answer.value === assumed ? 'as assumed' : 'differs'
    case 'between':
      return typeof assumed === 'number' && assumed > answer.above && assumed <= answer.upTo ? 'as assumed' : 'differs'
    case 'among':
      return answer.values.includes(assumed) ? 'not asked' : 'differs'
    case 'other':
      return 'differs'
    case 'not-asked':
      return 'not asked'
  }
}

function evidenceOf({ action, requestId, code }: Evidence): Evidence {
  return { action, requestId, code }
}
