import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run-tool.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Builds every package, as it is published: first the code, as that empties the folder, then the declarations beside it.
 * Does nothing if `PACKAGES_ARE_BUILT` says so, as it does for the steps of `.ci/run` that follow the build.
 */
export async function buildPackages(): Promise<void> {
  if (process.env['PACKAGES_ARE_BUILT'] === 'true') return
  const names = await readdir(join(root, 'packages'))
  const folders = names.map((name) => join(root, 'packages', name))
  await Promise.all(folders.map((folder) => runTool(folder, join(root, 'node_modules/.bin/tsup'))))
  await runTool(root, join(root, 'node_modules/.bin/tsc'), '-b', ...folders)
}
