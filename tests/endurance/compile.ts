import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { setup } from '../support/compile.js'
import { programFile, programs } from './programs.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Compiles the packages and the programs: a process that loads TypeScript takes seconds of processor time to start. */
export async function compilePrograms(): Promise<void> {
  await setup()
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((name) => `tests/endurance/${name}.ts`),
    outdir: dirname(programFile('one')),
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
