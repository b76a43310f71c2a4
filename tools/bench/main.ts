import { parseArgs } from 'node:util'
import { buildPackages } from '../../tests/support/build.js'
import { bulk } from './bulk.js'
import { coldStart } from './cold-start.js'
import { fleet } from './fleet.js'
import { growth } from './growth.js'
import { publish } from './report.js'
import { sizes } from './sizes.js'
import { throttle } from './throttle.js'
import { warm } from './warm.js'

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, rounds: { type: 'string', default: '7' } },
  allowPositionals: true,
})
const rounds = Number(values.rounds)
const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['growth', () => growth(values.quick === true ? 1 : 5)],
  ['fleet', async () => publish(await fleet(rounds))],
  ['throttle', async () => publish(await throttle(rounds))],
  ['sizes', async () => publish(await sizes())],
  ['bulk', async () => publish(await bulk(rounds))],
  ['cold-start', async () => publish(await coldStart(rounds))],
  ['warm', async () => publish(await warm(rounds))],
])

const unknown = positionals.find((name) => !benches.has(name))
if (unknown !== undefined) {
  const known = [...benches.keys()].join(', ')
  process.stderr.write(`bench: no bench is called ${JSON.stringify(unknown)}; there are: ${known}\n`)
  process.exit(2)
}
// The quick form measures counts and growth, which need no quiet machine.
const names = values.quick === true ? ['growth'] : positionals.length > 0 ? positionals : [...benches.keys()]
if (names.includes('cold-start') || names.includes('sizes')) await buildPackages()
for (const name of names) await benches.get(name)?.()
