import { promises, promiseText, type PromiseNumber } from './promises.js'
import { countOf, type Outcome, verdicts } from './report.js'

/** Returns the outcomes by promise, as a table for people. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = promiseNumbers().map((promise) => {
    const own = outcomes.filter((outcome) => outcome.promise === promise)
    return [promiseText(promise), ...verdicts.map((verdict) => String(countOf(own, verdict)))]
  })
  const table = [['', ...verdicts], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = table.map(([title = '', ...counts]) =>
    [title.padEnd(widths[0] ?? 0), ...counts.map((count, index) => count.padStart(widths[index + 1] ?? 0))].join('  '),
  )
  return lines.join('\n')
}

export function promiseNumbers(): readonly PromiseNumber[] {
  return Object.keys(promises).flatMap((key) => {
    const number = Number(key)
    return isPromiseNumber(number) ? [number] : []
  })
}

function isPromiseNumber(number: number): number is PromiseNumber {
  return number in promises
}
