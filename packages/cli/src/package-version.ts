import { readFile } from 'node:fs/promises'
import * as v from 'valibot'

const manifestSchema = v.object({ version: v.string() })

/** Returns the version of this package. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  return v.parse(manifestSchema, JSON.parse(text)).version
}
