import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const common = {
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
} as const satisfies BuildOptions

/**
 * Compiles the packages and programs of this workspace to their `compiled` folders, file by file, and the programs of their
 * tests to `compiled/programs`. Tests run them as processes without a loader for TypeScript, which takes seconds to start,
 * with {@link compiledPackages}. The `dist` folders are left to `pnpm build`.
 */
export async function setup(): Promise<void> {
  const packages = (await readdir(join(root, 'packages'))).map((name) => join('packages', name))
  await Promise.all([
    ...[...packages, 'examples/demo', 'tools/probe'].map((folder) => compileSources(join(root, folder))),
    ...[...packages, 'examples/demo'].map((folder) => compilePrograms(join(root, folder))),
  ])
}

function compileSources(folder: string): Promise<void> {
  const source = join(folder, 'src')
  return compile({ entryPoints: [join(source, '**/*.ts')], outbase: source, outdir: join(folder, 'compiled') })
}

/** Compiles each program together with the files of its own package that it imports. */
async function compilePrograms(folder: string): Promise<void> {
  const source = join(folder, 'test/programs')
  if (!existsSync(source)) return
  await compile({ entryPoints: [join(source, '*.ts')], outdir: join(folder, 'compiled/programs'), bundle: true })
}

/** Writes only what changed: another run of the tests may be using it. */
async function compile(options: BuildOptions): Promise<void> {
  const { outputFiles } = await build({ ...common, ...options, write: false })
  await Promise.all(
    outputFiles.map(async ({ path, contents }) => {
      const before = await readFile(path).catch(() => undefined)
      if (before?.equals(contents) === true) return
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, contents)
    }),
  )
}
