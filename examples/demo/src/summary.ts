import type { Attached } from './operations.js'
import type { RotationOutcome } from './rotation/rotation.js'
import { type StepReport, steps } from './steps.js'
import { layOut } from './table.js'

/** The outcome on one cloud. */
export interface Outcome {
  readonly title: string
  readonly reports: readonly StepReport[]
  readonly instances: number
  readonly attached: Attached | undefined
  /** The things that are left in the cloud, if any. */
  readonly left: string | undefined
  /** The reason of an early end, if any. */
  readonly ended: string | undefined
}

/** Returns a table of the clouds side by side, or, if it is wider than `width`, a table for each of them. */
export function tableOf(outcomes: readonly Outcome[], width: number = Infinity): readonly string[] {
  const together = sideBySide(outcomes)
  if (outcomes.length < 2 || together.every((line) => line.length <= width)) return together
  return outcomes.flatMap((outcome, index) => [...(index === 0 ? [] : ['']), ...sideBySide([outcome])])
}

/** Returns the result and the cost of each step, with a column for each cloud. */
function sideBySide(outcomes: readonly Outcome[]): readonly string[] {
  const row = (heading: string, cellOf: (outcome: Outcome) => string): readonly string[] => [
    heading,
    ...outcomes.map(cellOf),
  ]
  return layOut(
    row('', ({ title }) => title),
    [
      ...steps.map((step) => row(step, ({ reports }) => resultOf(reports.find((report) => report.step === step)))),
      row('changing calls', (outcome) => String(changesOf(outcome))),
      row('reading calls', (outcome) => String(readsOf(outcome))),
      row('seconds', ({ reports }) => (sum(reports.map(({ ms }) => ms)) / 1000).toFixed(1)),
    ],
  )
}

/** True if every step was taken, came out as expected, and left nothing. */
export function isGood({ reports, attached, left, ended }: Outcome): boolean {
  return attached !== undefined && left === undefined && ended === undefined && reports.every((step) => step.asExpected)
}

/** Returns the last line. */
export function summaryOf(outcomes: readonly Outcome[], rotations: readonly RotationOutcome[] = []): string {
  const left = outcomes.flatMap((outcome) => (outcome.left === undefined ? [] : `${outcome.left} on ${outcome.title}`))
  const rest = left.length === 0 ? 'nothing left behind' : `left behind: ${left.join(', ')}`
  const ended = [...outcomes, ...rotations].find((outcome) => outcome.ended !== undefined)?.ended
  if (ended !== undefined) return `demo: ${ended}; ${rest}`
  for (const { title, reports } of outcomes) {
    const wrong = reports.find((step) => !step.asExpected)
    if (wrong !== undefined) return `demo: failed at ${wrong.step} on ${title}: ${wrong.result}; ${rest}`
  }
  for (const { title, problem } of rotations) {
    if (problem !== undefined) return `demo: failed at rotate on ${title}: ${problem}; ${rest}`
  }
  return [
    `demo: ${outcomes.length === 1 ? '1 cloud' : `${outcomes.length} clouds`}`,
    `${sum(outcomes.map(({ instances }) => instances))} instances`,
    `${sum(outcomes.map(({ attached }) => attached?.attached ?? 0))} attached`,
    `${sum(outcomes.map(({ attached }) => attached?.refused ?? 0))} refused with a reason`,
    `${sum(outcomes.map(changesOf))} changes and ${sum(outcomes.map(readsOf))} reads`,
    ...(rotations.length === 0 ? [] : [`${rotations.length} rotations killed half-way and finished`]),
    rest,
  ].join(', ')
}

function resultOf(report: StepReport | undefined): string {
  if (report === undefined) return '-'
  return report.asExpected ? report.brief : `unexpected: ${report.brief}`
}

function changesOf({ reports }: Outcome): number {
  return sum(reports.map(({ calls }) => calls.changes))
}

function readsOf({ reports }: Outcome): number {
  return sum(reports.map(({ calls }) => calls.reads))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
