import { performance } from 'node:perf_hooks'
import { callsSince, countCalls, type Calls } from './calls.js'
import type { Screen } from './screen.js'

/** Items of a batch, by what became of them. */
export interface Counts {
  readonly ok: number
  readonly failed: number
  readonly unknown: number
}

/** How a step came out, and what the next ones need of it. */
export interface StepEnd<T> {
  readonly asExpected: boolean
  readonly result: string
  /** Lines to show below the result. */
  readonly details?: readonly string[]
  readonly counts?: Counts
  readonly value: T
}

/** A step that is over. */
export interface StepReport {
  readonly step: string
  readonly asExpected: boolean
  readonly result: string
  readonly counts: Counts | undefined
  readonly calls: Calls
  readonly ms: number
}

/** Takes steps one after another, and shows each while it works and when it is over. */
export interface StepTaker extends Disposable {
  take<T>(step: string, doing: string, work: () => Promise<StepEnd<T>>): Promise<StepEnd<T>>
  readonly reports: readonly StepReport[]
}

export function createStepTaker(screen: Screen): StepTaker {
  const reports: StepReport[] = []
  let showCalls = (): void => {}
  const counter = countCalls(() => showCalls())

  return {
    reports,
    take: async (step, doing, work) => {
      const before = counter.now()
      const startedAt = performance.now()
      const progress = screen.begin(`${step}: ${doing}`)
      showCalls = () => progress.update(`${step}: ${doing} ... ${progressOf(callsSince(before, counter.now()))}`)
      const end = await work()
      showCalls = () => {}
      progress.end()
      const ms = performance.now() - startedAt
      const { asExpected, result, counts, details = [] } = end
      screen.line(`${screen.paint(asExpected ? 'good' : 'bad', `${step}:`)} ${result}`)
      for (const detail of details) screen.line(screen.paint('dim', `  ${detail}`))
      reports.push({ step, asExpected, result, counts, calls: callsSince(before, counter.now()), ms })
      return end
    },
    [Symbol.dispose]: () => counter[Symbol.dispose](),
  }
}

function progressOf({ reads, changes, itemsSent }: Calls): string {
  return `reads: ${reads}, changes: ${changes}${itemsSent === 0 ? '' : `, items sent: ${itemsSent}`}`
}
