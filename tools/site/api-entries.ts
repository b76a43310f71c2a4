import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import * as v from 'valibot'

const manifestSchema = v.looseObject({
  exports: v.record(v.string(), v.looseObject({ 'cloud-keypair-source': v.string() })),
  publishConfig: v.looseObject({ exports: v.record(v.string(), v.unknown()) }),
})

/** Returns a module for each entry of each published package, which exports all of the entry, under the entry's name. */
export async function apiEntries(
  root: string,
  folder: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const names = (await readdir(join(root, 'packages'))).sort()
  const entries = names.map(async (name) => {
    const manifest = v.parse(
      manifestSchema,
      JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8')),
    )
    return Object.keys(manifest.publishConfig.exports).flatMap((subpath) => {
      const source = manifest.exports[subpath]?.['cloud-keypair-source']
      if (source === undefined) return []
      const target = relative(folder, join(root, 'packages', name, source)).replace(/\.ts$/, '.js')
      const title = `${name}${subpath.slice(1).replace('/', '-')}`
      return [{ path: join(folder, `${title}.ts`), text: `export * from '${target}'\n` }]
    })
  })
  return (await Promise.all(entries)).flat()
}
