import { readFile, writeFile } from 'node:fs/promises'
import * as v from 'valibot'
import type { CodeMutant, Counts } from './report.js'

/** The last score of a folder, and the commit that the score is of. */
export interface Score extends Counts {
  readonly commit: string
}

const count = v.number()
const scoresSchema = v.record(
  v.string(),
  v.object({ commit: v.string(), score: count, killed: count, timedOut: count, survived: count, notCovered: count }),
)
const explainedSchema = v.array(
  v.object({ file: v.string(), original: v.string(), replacement: v.string(), why: v.string() }),
)

const scoresFile = new URL('scores.json', import.meta.url)

/** Reads the last score of each folder. */
export async function readScores(): Promise<Readonly<Record<string, Score>>> {
  return v.parse(scoresSchema, JSON.parse(await readFile(scoresFile, 'utf8')))
}

/** Writes the last score of each folder. */
export async function writeScores(scores: Readonly<Record<string, Score>>): Promise<void> {
  await writeFile(scoresFile, `${JSON.stringify(scores, undefined, 2)}\n`)
}

/** Returns the mutants that no test kills and survivors.json does not explain, one line each. */
export async function unexplained(mutants: readonly CodeMutant[]): Promise<readonly string[]> {
  const text = await readFile(new URL('survivors.json', import.meta.url), 'utf8')
  const explained = v.parse(explainedSchema, JSON.parse(text))
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage' || status === 'Timeout')
    .filter(
      ({ file, original, replacement }) =>
        !explained.some(
          (known) => known.file === file && known.original === original && known.replacement === replacement,
        ),
    )
    .map(({ file, line, mutator, original, replacement, status }) =>
      [`${status} ${file}:${line}`, mutator, original, `=> ${replacement.split('\n')[0]}`].join('  '),
    )
}
