import { performance } from 'node:perf_hooks'
import { callsSince, countCalls, type Calls } from './calls.js'
import type { Screen } from './screen.js'

/** The steps, in their order. */
export const steps = ['create', 'attach', 'usages', 'delete while in use', 'detach', 'delete'] as const

export type Step = (typeof steps)[number]

/** The result of a step, and the values that the next steps need. */
export interface StepEnd<T> {
  readonly asExpected: boolean
  readonly result: string
  /** The result in a few words, for a table. */
  readonly brief: string
  /** Lines to show below the result. */
  readonly details?: readonly string[]
  readonly value: T
}

/** A step that is over. */
export interface StepReport {
  readonly step: Step
  readonly asExpected: boolean
  readonly result: string
  readonly brief: string
  readonly calls: Calls
  readonly ms: number
}

/** Takes steps one after another, and shows each while it works and when it is over. */
export interface StepTaker extends Disposable {
  take<T>(step: Step, doing: string, work: () => Promise<StepEnd<T>>): Promise<StepEnd<T>>
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
      const calls = callsSince(before, counter.now())
      const { asExpected, result, brief, details = [] } = end
      const took = `(${(ms / 1000).toFixed(1)} s, ${progressOf(calls)})`
      screen.line(`${screen.paint(asExpected ? 'good' : 'bad', `${step}:`)} ${result} ${screen.paint('dim', took)}`)
      for (const detail of details) screen.line(screen.paint('dim', `  ${detail}`))
      reports.push({ step, asExpected, result, brief, calls, ms })
      return end
    },
    [Symbol.dispose]: () => counter[Symbol.dispose](),
  }
}

function progressOf({ reads, changes, itemsSent }: Calls): string {
  return `reads: ${reads}, changes: ${changes}${itemsSent === 0 ? '' : `, items sent: ${itemsSent}`}`
}
