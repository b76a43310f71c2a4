import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders, strykerConfig } from './config.js'
import { copyEarlier } from './earlier.js'
import { readReport, countsOf } from './report.js'
import { outputOf, run } from './run.js'
import { readScores, unexplained, writeScores } from './scores.js'

// Mutation testing of one folder of the sources, in a throw-away clone of the last commit:
//
//   pnpm mutation restart
//
// Results of an earlier run for unchanged code and tests are used again. The score is written to scores.json.

const root = fileURLToPath(new URL('../..', import.meta.url))
const own = 'tools/mutation'
const [, , folder = ''] = process.argv
const sources = folders[folder]
if (sources === undefined) throw new Error(`Name one of these folders: ${Object.keys(folders).join(', ')}`)

const commit = (await outputOf(root, 'git', 'rev-parse', '--short', 'HEAD')).trim()
if ((await outputOf(root, 'git', 'status', '--porcelain')) !== '')
  process.stdout.write(`There are uncommitted changes. The run is of commit ${commit}, without them.\n`)
const earlier = join(root, own, '.earlier', `${folder}.json`)
const clone = await mkdtemp(join(tmpdir(), 'cloud-keypair-mutation-'))
try {
  await run(root, 'git', 'clone', '--quiet', '--shared', '.', clone)
  await run(clone, 'pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--silent')
  await run(
    join(clone, own),
    'pnpm',
    'install',
    '--ignore-workspace',
    '--frozen-lockfile',
    '--prefer-offline',
    '--silent',
  )
  await copyEarlier(earlier, join(clone, 'earlier.json'))
  await writeFile(join(clone, 'stryker.config.json'), JSON.stringify(strykerConfig(sources)))
  const stryker = join(clone, own, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  // tools/mutation/runner.ts reads these two.
  process.env['MUTATION_TESTS'] = await outputOf(clone, 'git', 'ls-files', ...sources.tests)
  process.env['MUTATION_CASES'] = sources.cases
  process.env['TSX_TSCONFIG_PATH'] = 'tools/mutation/tsconfig.run.json'
  await run(clone, 'nice', process.execPath, '--import', 'tsx', stryker, 'run', 'stryker.config.json')
  await mkdir(join(root, own, '.earlier'), { recursive: true })
  await cp(join(clone, 'earlier.json'), earlier)
  const mutants = await readReport(join(clone, 'report.json'))
  const counts = countsOf(mutants)
  const scores = await readScores()
  const before = scores[folder]
  await writeScores({ ...scores, [folder]: { commit, ...counts } })
  for (const survivor of await unexplained(mutants)) process.stdout.write(`${survivor}\n`)
  process.stdout.write(`${folder}: ${JSON.stringify(counts)}\n`)
  if (before !== undefined && counts.score < before.score) {
    process.exitCode = 1
    process.stdout.write(`The score fell: it was ${before.score} % at commit ${before.commit}.\n`)
  }
} finally {
  await rm(clone, { recursive: true, force: true })
}
