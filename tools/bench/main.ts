import { attach } from './attach.js'
import { coldStart } from './cold-start.js'

const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['attach', attach],
  ['cold-start', coldStart],
])

const name = process.argv[2]
if (name !== undefined && !benches.has(name)) {
  const known = [...benches.keys()].join(', ')
  process.stderr.write(`bench: no bench is called ${JSON.stringify(name)}; there are: ${known}\n`)
  process.exit(2)
}
for (const [known, run] of benches) if (name === undefined || name === known) await run()
