import { inspect, parseArgs } from 'node:util'
import { checks } from './checks.js'
import { endure } from './endurance.js'

// The fleet on a real Redis, against simulated clouds over HTTP. Fails if the program `redis-server` is not there.
//
//   --short        few places and kills, for CI
//   --seed 7       another run of chance
//   --kills 200    the number of workers that are killed
//   --check fence  only the checks whose name has this text, and no kills

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
    check: { type: 'string' },
  },
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const chosen = checks.filter(([name]) => name.includes(values.check ?? ''))
if (chosen.length === 0) throw new Error(`No check has "${values.check}" in its name`)
let failures = 0
for (const [name, check] of chosen) {
  try {
    await check()
    tell(`passed: ${name}`)
  } catch (thrown) {
    failures += 1
    tell(`FAILED: ${name}: ${inspect(thrown, { depth: 4 })}`)
  }
}
const size = values.short
  ? { places: 4, instances: 3, workers: 2, kills: 4 }
  : { places: 24, instances: 4, workers: 3, kills: Number(values.kills ?? 200) }
const wrong = values.check === undefined ? await endure({ ...size, seed: Number(values.seed) }, tell) : []
for (const line of wrong) tell(`WRONG: ${line}`)
tell(
  `seed ${values.seed}\nreal:redis: ${chosen.length - failures} checks passed, ${failures} failed, ${wrong.length} violations`,
)
if (failures + wrong.length > 0) process.exitCode = 1
