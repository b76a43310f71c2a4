import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { goalText } from '../bench/row.js'
import { barChart } from './bar-chart.js'
import { markdownTable } from './markdown-table.js'

const goal = v.union([v.object({ atMost: v.number() }), v.object({ atLeast: v.number() })])
const number = v.exactOptional(v.number())

const resultSchema = v.object({
  bench: v.string(),
  measured: v.string(),
  machine: v.object({ node: v.string(), processors: v.number(), model: v.string() }),
  title: v.string(),
  method: v.string(),
  rows: v.array(
    v.object({
      what: v.string(),
      unit: v.string(),
      service: v.number(),
      byHand: number,
      oneByOne: number,
      ideal: number,
      ratio: number,
      goal: v.exactOptional(goal),
    }),
  ),
})

type Result = v.InferOutput<typeof resultSchema>
type Row = Result['rows'][number]

/** A file that is made of the results. */
interface MadeFile {
  readonly path: string
  readonly text: string
}

/** Makes the page of the results of the benches, and a chart of each. */
export async function benchPages(root: string): Promise<readonly MadeFile[]> {
  const folder = join(root, 'tools/bench/results')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted()
  const results = await Promise.all(
    names.map(async (name) => v.parse(resultSchema, JSON.parse(await readFile(join(folder, name), 'utf8')))),
  )
  const charts = results.map((result) => ({ path: chartOf(result), text: barChart(result.title, result.rows) }))
  return [{ path: 'docs/performance.md', text: pageOf(results) }, ...charts]
}

function chartOf({ bench }: Result): string {
  return `docs/images/bench-${bench}.svg`
}

const columns = ['', 'unit', 'this library', 'SDK by hand', 'one by one', 'ideal', 'ratio', 'goal']

function pageOf(results: readonly Result[]): string {
  const parts = results.map((result) => {
    const { bench, title, method, measured, machine, rows } = result
    const where = `${machine.processors} processors, ${machine.model}, Node.js ${machine.node}, ${measured}`
    const table = markdownTable(withoutEmptyColumns([columns, ...rows.map(cellsOf)]))
    return `## ${title}

${method}

![${title}](images/bench-${bench}.svg)

${table}

\`pnpm bench ${bench}\`, on ${where}.
`
  })
  return `# Performance

Made of \`tools/bench/results\` by \`pnpm documents\`. \`pnpm bench\` measures all of it again, and \`pnpm bench --quick\`, which CI
runs, counts how calls, bytes and processor time grow. The clouds are the simulators of this repository.

${parts.join('\n')}`
}

/** Leaves out the columns that have a title alone. */
function withoutEmptyColumns([titles = [], ...rows]: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isKept = (_: string, column: number): boolean => rows.some((row) => row[column] !== '')
  return [titles, ...rows].map((row) => row.filter(isKept))
}

function cellsOf(row: Row): readonly string[] {
  const { what, unit, service, byHand, oneByOne, ideal, ratio } = row
  return [what, unit, ...[service, byHand, oneByOne, ideal, ratio].map(shown), goalText(row)]
}

function shown(value: number | undefined): string {
  if (value === undefined) return ''
  if (Number.isInteger(value) || value >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}
