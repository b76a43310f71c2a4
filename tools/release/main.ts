import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runPnpm } from '../../tests/support/packed.js'
import { licenceProblems } from './licence-problems.js'
import { manifestProblems, publishProblems } from './manifest-problems.js'

// Checks what npm shows of the packages, and the licences of what they install. With --publish also what has to be filled
// in before the first release.

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({ options: { publish: { type: 'boolean', default: false } } })
const problems = [
  ...(await manifestProblems(root)),
  ...licenceProblems(await runPnpm(root, 'licenses', 'list', '--json', '--prod')),
  ...(values.publish ? await publishProblems(root) : []),
]
process.stdout.write(problems.map((problem) => `${problem}\n`).join(''))
if (problems.length > 0) process.exitCode = 1
