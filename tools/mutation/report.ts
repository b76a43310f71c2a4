import { readFile } from 'node:fs/promises'
import * as v from 'valibot'

const place = v.object({ line: v.number(), column: v.number() })
const mutantSchema = v.object({
  mutatorName: v.string(),
  replacement: v.optional(v.string(), ''),
  status: v.picklist([
    'Killed',
    'Survived',
    'Timeout',
    'NoCoverage',
    'Ignored',
    'RuntimeError',
    'CompileError',
    'Pending',
  ]),
  location: v.object({ start: place, end: place }),
})
const reportSchema = v.object({
  files: v.record(v.string(), v.object({ source: v.string(), mutants: v.array(mutantSchema) })),
})

/** One change of the code, and what the tests said of it. */
export interface CodeMutant {
  readonly file: string
  readonly line: number
  readonly mutator: string
  /** The code that was replaced, its first line. */
  readonly original: string
  readonly replacement: string
  readonly status: v.InferOutput<typeof mutantSchema>['status']
}

/** The result of the mutants of one folder. */
export interface Counts {
  /** Killed of all that were judged, in per cent. A time-out is no kill. */
  readonly score: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  readonly notCovered: number
}

/** Reads the mutants from a report of Stryker. */
export async function readReport(path: string): Promise<readonly CodeMutant[]> {
  const { files } = v.parse(reportSchema, JSON.parse(await readFile(path, 'utf8')))
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ mutatorName, replacement, status, location: { start, end } }) => {
      const [first = ''] = source.split('\n').slice(start.line - 1, start.line)
      const last = end.line === start.line ? end.column - 1 : first.length
      return {
        file,
        line: start.line,
        mutator: mutatorName,
        original: first.slice(start.column - 1, last),
        replacement,
        status,
      }
    }),
  )
}

/** Counts what became of mutants. */
export function countsOf(mutants: readonly CodeMutant[]): Counts {
  const count = (wanted: CodeMutant['status']): number => mutants.filter(({ status }) => status === wanted).length
  const [killed, timedOut, survived, notCovered] = [
    count('Killed'),
    count('Timeout'),
    count('Survived'),
    count('NoCoverage'),
  ]
  const judged = killed + timedOut + survived + notCovered
  return { score: Math.floor((1000 * killed) / Math.max(judged, 1)) / 10, killed, timedOut, survived, notCovered }
}
