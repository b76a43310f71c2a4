import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { goalText, meetsGoal, type Report, type Row } from './row.js'
import { printTable } from './table.js'

const folder = fileURLToPath(new URL('results/', import.meta.url))

/** Prints a report, keeps it as JSON in `results`, and fails the process if a goal is not met. */
export async function publish(report: Report): Promise<void> {
  printTable(`${report.bench}: ${report.title}\n${report.method}`, [head, ...report.rows.map(cellsOf)])
  if (!report.rows.every(meetsGoal)) process.exitCode = 1
  const model = cpus()[0]?.model ?? ''
  const machine = { node: process.version, processors: cpus().length, model: model.trim() }
  const { bench, ...rest } = report
  await mkdir(folder, { recursive: true })
  const kept = { bench, measured: new Date().toISOString().slice(0, 10), machine, ...rest }
  await writeFile(new URL(`results/${bench}.json`, import.meta.url), `${JSON.stringify(kept, undefined, 2)}\n`)
}

const head = ['', 'unit', 'service', 'SDK by hand', 'one by one', 'ideal', 'ratio', 'goal']

function cellsOf(row: Row): readonly string[] {
  const { what, unit, service, byHand, oneByOne, ideal, ratio } = row
  return [what, unit, ...[service, byHand, oneByOne, ideal, ratio].map(numberText), goalText(row)]
}

/** Writes a number with three digits that count. */
function numberText(value: number | undefined): string {
  if (value === undefined) return ''
  if (Number.isInteger(value) || value >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}
