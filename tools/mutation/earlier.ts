import { readFile, writeFile } from 'node:fs/promises'
import * as v from 'valibot'

const earlierSchema = v.looseObject({
  files: v.record(
    v.string(),
    v.looseObject({ mutants: v.array(v.looseObject({ static: v.optional(v.boolean()), status: v.string() })) }),
  ),
})

/**
 * Copies the results of an earlier run, if there was one. Leaves out the survivors in code that runs when a file is loaded:
 * no test covers these, so that Stryker would not judge them again after a change of the tests.
 */
export async function copyEarlier(from: string, to: string): Promise<void> {
  const text = await readFile(from, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const earlier = v.parse(earlierSchema, JSON.parse(text))
  const files = Object.entries(earlier.files).map(([file, { mutants, ...more }]) => {
    const kept = mutants.filter((mutant) => mutant.static !== true || mutant.status === 'Killed')
    return [file, { ...more, mutants: kept }] as const
  })
  await writeFile(to, JSON.stringify({ ...earlier, files: Object.fromEntries(files) }))
}
