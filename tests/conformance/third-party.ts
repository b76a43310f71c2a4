import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyTemplate } from '../../tools/new-adapter/copy-template.js'
import { buildPackages } from '../support/build.js'
import { runPnpm } from '../support/packed.js'
import { packedExample } from './packed-example.js'

// The example of adapters by somebody else, as its author works with it: on the packed packages, with its tests on
// node:test.

const root = fileURLToPath(new URL('../..', import.meta.url))
const began = Date.now()
await buildPackages()
await using example = await packedExample()
process.stdout.write(`built, packed, installed and compiled in ${Date.now() - began} ms\n`)

await step(
  'lint',
  example.folder,
  join(root, 'node_modules/.bin/oxlint'),
  '--config',
  join(root, '.oxlintrc.json'),
  'src',
  'test',
)
await writeFile(join(example.folder, 'knip.json'), JSON.stringify({ project: ['{src,test}/**/*.ts'] }))
await step('unused', example.folder, join(root, 'node_modules/.bin/knip'))
await step('tests', example.folder, 'npm', 'test')

// The copies that `pnpm new-adapter` makes.
for (const template of ['graupel', 'virga'] as const) {
  const folder = join(example.folder, `hail-from-${template}`)
  await copyTemplate('hail', template, folder)
  await runPnpm(folder, 'install', '--no-lockfile', '--prefer-offline', '--ignore-scripts')
  await step(`tests of a new adapter, from ${template}`, folder, 'npm', 'test')
}

/** Runs a program in a folder, and prints its output: all of it after a failure, else its last lines. */
async function step(title: string, cwd: string, file: string, ...parameters: readonly string[]): Promise<void> {
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(root, 'node_modules/.bin/tsgolint') }
  const settings = { cwd, env, maxBuffer: Infinity }
  const output = await new Promise<string>((resolve) => {
    execFile(file, parameters, settings, (error, stdout, stderr) => {
      if (error !== null) process.exitCode = 1
      resolve(error === null ? lastLinesOf(stdout) : `${stdout}${stderr}`)
    })
  })
  process.stdout.write(`\n${title}\n${output}\n`)
}

function lastLinesOf(output: string): string {
  return output.trimEnd().split('\n').slice(-8).join('\n')
}
