import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run-tool.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Packs packages, which are built, into a folder. */
export async function packInto(folder: string, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map((name) => runPnpm(join(root, 'packages', name), 'pack', '--out', join(folder, `${name}.tgz`))),
  )
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
