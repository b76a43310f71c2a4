/** One figure of a bench, beside what else it can be compared with. */
export interface Row {
  /** The cloud, the operation and the load. */
  readonly what: string
  /** The unit of all numbers of the row. */
  readonly unit: string
  readonly service: number
  /** The vendor's SDK by hand, with the same calls. */
  readonly byHand?: number
  /** The vendor's SDK with one instance or key pair a call, as the Terraform providers do it. */
  readonly oneByOne?: number
  /** The least that is possible, by arithmetic. */
  readonly ideal?: number
  /** `service` divided by `byHand`: the median over all rounds. */
  readonly ratio?: number
  /** The goal of the ratio, or of `service` if there is no ratio. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
}

/** The result of one bench. */
export interface Report {
  /** A name on the command line. */
  readonly bench: string
  readonly title: string
  /** The method by which the figures were measured. */
  readonly method: string
  readonly rows: readonly Row[]
}

/** Returns the number that the goal is about. */
function judged({ ratio, service }: Row): number {
  return ratio ?? service
}

/** True if the row has no goal, or meets it. */
export function meetsGoal(row: Row): boolean {
  const { goal } = row
  if (goal === undefined) return true
  return 'atMost' in goal ? judged(row) <= goal.atMost : judged(row) >= goal.atLeast
}

/** Writes a goal as text, with a word if it is not met. Empty if there is none. */
export function goalText(row: Row): string {
  const { goal } = row
  if (goal === undefined) return ''
  const text = 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`
  return meetsGoal(row) ? text : `${text}, not met`
}
