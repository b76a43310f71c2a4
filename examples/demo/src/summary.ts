import type { Attached } from './operations.js'
import type { StepReport } from './steps.js'
import { layOut } from './table.js'

/** The steps as a table. */
export function tableOf(reports: readonly StepReport[]): readonly string[] {
  return layOut(
    ['step', 'result', 'ok', 'failed', 'unknown', 'reads', 'changes', 'seconds'],
    reports.map(({ step, asExpected, counts, calls, ms }) => [
      step,
      asExpected ? 'as expected' : 'not as expected',
      ...(counts === undefined ? ['', '', ''] : [counts.ok, counts.failed, counts.unknown]),
      calls.reads,
      calls.changes,
      (ms / 1000).toFixed(1),
    ]),
  )
}

/** How it all came out. */
export interface Outcome {
  readonly reports: readonly StepReport[]
  readonly instances: number
  readonly attached: Attached | undefined
  /** What is left in the cloud; undefined where nothing is. */
  readonly left: string | undefined
  /** Why it was ended early, where it was. */
  readonly ended: string | undefined
}

/** Whether every step was taken, came out as expected, and left nothing. */
export function isGood({ reports, attached, left, ended }: Outcome): boolean {
  return attached !== undefined && left === undefined && ended === undefined && reports.every((step) => step.asExpected)
}

/** The last line. */
export function summaryOf(outcome: Outcome): string {
  const { reports, instances, attached, left, ended } = outcome
  const rest = left === undefined ? 'nothing left behind' : `left behind: ${left}`
  if (ended !== undefined) return `demo: ${ended}; ${rest}`
  const wrong = reports.find((step) => !step.asExpected)
  if (wrong !== undefined) return `demo: failed at ${wrong.step}: ${wrong.result}; ${rest}`
  const reads = reports.reduce((sum, { calls }) => sum + calls.reads, 0)
  const changes = reports.reduce((sum, { calls }) => sum + calls.changes, 0)
  const { attached: bound = 0, refused = 0 } = attached ?? {}
  return [
    'demo: 1 key pair',
    `${instances} instances`,
    `${bound} attached`,
    `${refused} refused with a reason`,
    `${changes} changes and ${reads} reads`,
    rest,
  ].join(', ')
}
