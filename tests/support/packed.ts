import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run-tool.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Packs packages, which are built, into a folder. Throws if one has a file that it should not have, or lacks one. */
export async function packInto(folder: string, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map((name) => runPnpm(join(root, 'packages', name), 'pack', '--out', join(folder, `${name}.tgz`))),
  )
  await Promise.all(names.map((name) => checkContents(folder, name)))
}

/** Throws if a packed package has a file that it should not have, or lacks one. */
async function checkContents(folder: string, name: string): Promise<void> {
  const listed = await runTool(folder, 'tar', '-tzf', `${name}.tgz`)
  const files = listed.trim().split('\n')
  for (const needed of ['package/package.json', 'package/README.md', 'package/LICENSE', 'package/dist/index.d.ts.map'])
    if (!files.includes(needed)) throw new Error(`${name}.tgz lacks ${needed}`)
  const unknown = files.filter(
    (file) => !/^package\/((dist|src)\/|[^/]+$)/.test(file) || /tsbuildinfo|internals/.test(file),
  )
  const withoutSource = files
    .filter((file) => file.endsWith('.d.ts.map'))
    .filter((file) => !files.includes(file.replace('/dist/', '/src/').replace(/\.d\.ts\.map$/, '.ts')))
  if (withoutSource.length > 0) throw new Error(`${name}.tgz lacks the sources of ${withoutSource.join(', ')}`)
  if (unknown.length > 0) throw new Error(`${name}.tgz has ${unknown.join(', ')}`)
}

/** Gives the settings of pnpm by which packed packages are taken in place of those of the registry, also by one another. */
export function packedOverrides(names: readonly string[]): string {
  return ['overrides:', ...names.map((name) => `  '@cloud-keypair/${name}': file:${name}.tgz`), ''].join('\n')
}

/** Runs the pnpm that runs this script. Returns what pnpm wrote to stdout. */
export function runPnpm(folder: string, ...parameters: readonly string[]): Promise<string> {
  const script = process.env['npm_execpath']
  return script === undefined
    ? runTool(folder, 'pnpm', ...parameters)
    : runTool(folder, process.execPath, script, ...parameters)
}
