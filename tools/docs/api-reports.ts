import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { apiReport } from './api-report.js'

const manifestSchema = v.looseObject({
  name: v.string(),
  publishConfig: v.object({ exports: v.record(v.string(), v.looseObject({ types: v.string() })) }),
})

/** Returns the report of the public API of each published package, from the declarations that `tsc -b` wrote. */
export async function apiReports(root: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const folders = (await readdir(join(root, 'packages'))).sort()
  const reports = folders.map(async (folder) => {
    const manifest = await readFile(join(root, 'packages', folder, 'package.json'), 'utf8')
    const { name, publishConfig } = v.parse(manifestSchema, JSON.parse(manifest))
    const entries = Object.entries(publishConfig.exports).map(async ([subpath, { types }]) => {
      const part = subpath.slice(1)
      const text = await apiReport(`${name}${part}`, join(root, 'packages', folder, types))
      return { path: `etc/${folder}${part.replace('/', '-')}.api.d.ts`, text }
    })
    return Promise.all(entries)
  })
  return (await Promise.all(reports)).flat()
}
