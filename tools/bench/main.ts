import { parseArgs } from 'node:util'
import { buildPackages } from '../../tests/support/build.js'
import { attach } from './attach.js'
import { coldStart } from './cold-start.js'
import { growth } from './growth.js'
import { publish } from './report.js'
import { warm } from './warm.js'

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true })
const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['growth', () => growth(values.quick === true ? 1 : 5)],
  ['attach', attach],
  ['cold-start', coldStart],
  ['warm', async () => publish(await warm())],
])

const unknown = positionals.find((name) => !benches.has(name))
if (unknown !== undefined) {
  const known = [...benches.keys()].join(', ')
  process.stderr.write(`bench: no bench is called ${JSON.stringify(unknown)}; there are: ${known}\n`)
  process.exit(2)
}
// The quick form measures counts and growth, which need no quiet machine.
const names = values.quick === true ? ['growth'] : positionals.length > 0 ? positionals : [...benches.keys()]
if (names.includes('cold-start')) await buildPackages()
for (const name of names) await benches.get(name)?.()
