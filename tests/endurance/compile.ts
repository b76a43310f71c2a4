import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { compiledPackages } from '../support/compiled-packages.js'
import { setup } from '../support/compile.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = new URL('../../node_modules/.cache/endurance/', import.meta.url)

/** The options of Node.js for the processes of a run. */
export const processFlags = [compiledPackages, '--expose-gc', '--enable-source-maps'] as const

/** The programs that run as processes of their own. */
export type Program = 'one' | 'worker'

/** Compiles the packages and the programs: a process that loads TypeScript takes seconds of processor time to start. */
export async function compilePrograms(): Promise<void> {
  await setup()
  await build({
    absWorkingDir: root,
    entryPoints: ['one', 'worker'].map((name) => `tests/endurance/${name}.ts`),
    outdir: fileURLToPath(folder),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  })
}

/** Returns the file of a program. */
export function programFile(name: Program): string {
  return fileURLToPath(new URL(`${name}.mjs`, folder))
}
