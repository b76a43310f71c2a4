import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run-tool.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds every package, as it is published: first the code, as that empties the folder, then the declarations beside it. */
export async function buildPackages(): Promise<void> {
  const names = await readdir(join(root, 'packages'))
  const folders = names.map((name) => join(root, 'packages', name))
  await Promise.all(folders.map((folder) => runTool(folder, join(root, 'node_modules/.bin/tsup'))))
  await runTool(root, join(root, 'node_modules/.bin/tsc'), '-b', ...folders)
}
