import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildPackages } from '../support/build.js'
import { bundles } from './bundles.js'
import { startChecks } from './checks.js'
import { environments } from './environments.js'
import type { Environment } from './matrix.js'
import { installProject, type Project } from './project.js'
import { services } from './services.js'

// Runs the packed packages in bundles, test runners, runtimes and compilers. Nothing is skipped: what is missing fails.

const pages = ['guide', 'recipes'].map((name) => fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url)))
const { values, positionals } = parseArgs({
  options: { short: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const matrix = [...bundles, ...environments, ...services]
const chosen = matrix.filter(
  ({ name, inShortForm = false }) =>
    (inShortForm || !values.short) &&
    (positionals.length === 0 || positionals.some((part) => name.toLowerCase().includes(part.toLowerCase()))),
)
if (chosen.length === 0)
  throw new Error(`Nothing has such a name. There are: ${matrix.map(({ name }) => name).join('; ')}`)

await buildPackages()
await using project = await installProject(!values.short)
await using checks = await startChecks(project)
process.stdout.write(`${checks.titles.length} checks in each of ${chosen.length} environments:\n`)
const failed: string[] = []
for (const environment of chosen) {
  const began = performance.now()
  const problem = await problemOf(environment, project)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stdout.write(`${problem === undefined ? 'passed' : 'FAILED'}  ${environment.name} (${seconds} s)\n`)
  if (problem === undefined) continue
  failed.push(environment.name)
  process.stdout.write(`${problem}\n`)
}
process.stdout.write(
  failed.length === 0
    ? `All ${chosen.length} environments passed.\n`
    : `Of ${chosen.length} environments, ${failed.length} failed: ${failed.join('; ')}\n`,
)
if (failed.length > 0) process.exitCode = 1

async function problemOf(environment: Environment, { folder }: Project): Promise<string | undefined> {
  try {
    await mustBeInGuide(environment, folder)
    await environment.run(project, checks.runChecks)
    return undefined
  } catch (thrown) {
    return String(thrown)
  }
}

/** Verifies that the tested options and programs are those of the guide and of the recipes. */
async function mustBeInGuide({ command, config }: Environment, folder: string): Promise<void> {
  const text = (await Promise.all(pages.map((page) => readFile(page, 'utf8')))).join('\n')
  if (command !== undefined && !text.includes(command)) throw new Error(`no page shows: ${command}`)
  if (config === undefined) return
  const options = await readFile(join(folder, config), 'utf8')
  if (!text.includes(options)) throw new Error(`no page shows ${config} as it is`)
}
