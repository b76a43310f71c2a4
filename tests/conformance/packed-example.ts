import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inProcess } from '../support/in-process.js'
import { packedOverrides, packInto, runPnpm } from '../support/packed.js'
import { runTool } from '../support/run-tool.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = join(root, 'examples/third-party-adapter')
/** The packages that an adapter of somebody else's is written against. */
const packages = ['core', 'conformance'] as const

/** The adapters of the example, as their subjects are named. */
export const exampleAdapters: readonly string[] = ['graupel', 'virga']

/** The example as somebody else has it: a folder far from this workspace, in which the packed packages are installed. */
export interface PackedExample extends AsyncDisposable {
  readonly folder: string
}

/** Packs the built packages, installs the example on top of them in its own folder, and compiles it. */
export async function packedExample(): Promise<PackedExample> {
  const folder = await mkdtemp(join(tmpdir(), 'third-party-adapter-'))
  const example = { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
  try {
    await packInto(folder, packages)
    await cp(source, folder, { recursive: true, filter: (path) => !['node_modules', 'dist'].includes(basename(path)) })
    await writeFile(join(folder, 'pnpm-workspace.yaml'), packedOverrides(packages))
    await runPnpm(folder, 'install', '--no-lockfile', '--prefer-offline', '--ignore-scripts')
    await runTool(folder, join(folder, 'node_modules/.bin/tsc'))
    return example
  } catch (thrown) {
    await example[Symbol.asyncDispose]()
    throw thrown
  }
}

/** Works with the example once it is packed. Where that fails, the whole run does, at its end. */
export async function withExample(
  packing: Promise<PackedExample>,
  work: (example: PackedExample) => readonly Promise<void>[],
): Promise<void> {
  try {
    await using example = await packing
    await Promise.all(work(example))
  } catch (thrown) {
    process.exitCode = 1
    process.stdout.write(`${String(thrown)}\n`)
  }
}

/** Returns the address of a compiled file of the example's tests. */
export function inExample({ folder }: PackedExample, file: string): URL {
  return pathToFileURL(join(folder, 'dist/test', file))
}

/** Runs a file of the example as {@link inProcess} runs those of this workspace. */
export function onPacked({ folder }: PackedExample): typeof inProcess {
  return (file, parameters, onTold) =>
    // Without the flags of this process, which would have it run the sources of the workspace.
    inProcess(file, parameters, onTold, { cwd: folder, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}
