import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './matrix.js'
import { runCommand } from './project.js'

interface Bundler {
  readonly name: string
  readonly inShortForm?: boolean
  readonly tool: 'esbuild' | 'rollup' | 'webpack' | 'bun'
  /** As the guide shows them. */
  readonly parameters: readonly string[]
  /** A file of the project that holds further options, which the guide shows too. */
  readonly config?: string
  /** The file that is run, in the folder `bundle`. */
  readonly program: string
  /** The program that runs the file. Default: this Node.js. */
  readonly runBy?: 'bun' | 'itself'
}

// CommonJS packages need `require` in a bundle that is an ES module.
const requireBanner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

const bundlers: readonly Bundler[] = [
  {
    name: 'esbuild, CommonJS',
    inShortForm: true,
    tool: 'esbuild',
    parameters: ['program.mjs', '--bundle', '--platform=node', '--outfile=bundle/program.cjs'],
    program: 'program.cjs',
  },
  {
    name: 'esbuild, ES module',
    inShortForm: true,
    tool: 'esbuild',
    parameters: [
      'program.mjs',
      '--bundle',
      '--platform=node',
      '--format=esm',
      `--banner:js=${requireBanner}`,
      '--outfile=bundle/program.mjs',
    ],
    program: 'program.mjs',
  },
  {
    name: 'rollup',
    tool: 'rollup',
    parameters: ['-c', 'rollup.config.mjs'],
    config: 'rollup.config.mjs',
    program: 'program.mjs',
  },
  {
    name: 'webpack',
    inShortForm: true,
    tool: 'webpack',
    parameters: ['--config', 'webpack.config.mjs'],
    config: 'webpack.config.mjs',
    program: 'program.cjs',
  },
  {
    name: 'bun build, for Node.js',
    tool: 'bun',
    parameters: ['build', 'program.mjs', '--target=node', '--outfile=bundle/program.mjs'],
    program: 'program.mjs',
  },
  {
    name: 'bun build, for Bun',
    tool: 'bun',
    parameters: ['build', 'program.mjs', '--target=bun', '--outfile=bundle/program.mjs'],
    runBy: 'bun',
    program: 'program.mjs',
  },
  {
    name: 'bun build --compile',
    tool: 'bun',
    parameters: ['build', 'program.mjs', '--compile', '--outfile=bundle/program'],
    runBy: 'itself',
    program: 'program',
  },
]

/** Bundles that hold everything. Each runs in a folder without `node_modules`. */
const whole = bundlers.map(({ tool, parameters, program, runBy, ...bundler }): Environment => ({
  ...bundler,
  command: commandLine(tool, parameters),
  run: async (project, runChecks) => {
    const output = join(project.folder, 'bundle')
    await rm(output, { recursive: true, force: true })
    await runCommand({ file: project.tool(`.bin/${tool}`), parameters, folder: project.folder })
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'))
    try {
      await cp(output, folder, { recursive: true })
      const file = join(folder, program)
      if (runBy === 'itself') return await runChecks({ file, parameters: [], folder })
      const runner = runBy === 'bun' ? project.tool('.bin/bun') : process.execPath
      return await runChecks({ file: runner, parameters: [file], folder })
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}))

const externalParameters = [
  'program.mjs',
  '--bundle',
  '--platform=node',
  '--format=esm',
  '--packages=external',
  '--outfile=external.mjs',
]

/** Makes a bundle that leaves the packages external. */
const external: Environment = {
  name: 'esbuild, packages external',
  inShortForm: true,
  command: commandLine('esbuild', externalParameters),
  run: async ({ folder, tool }, runChecks) => {
    await runCommand({ file: tool('.bin/esbuild'), parameters: externalParameters, folder })
    await runChecks({ file: process.execPath, parameters: ['external.mjs'], folder })
  },
}

export const bundles: readonly Environment[] = [...whole, external]

/** Writes a command as the guide shows it. */
function commandLine(tool: string, parameters: readonly string[]): string {
  const shown = parameters.map((parameter) => parameter.replace(/=(.* .*)$/, '="$1"'))
  return [tool, ...shown].join(' ')
}
