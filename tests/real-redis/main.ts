import { inspect, parseArgs } from 'node:util'
import { checks } from './checks.js'
import { endure } from './endurance.js'

// The fleet on a real Redis, against simulated clouds over HTTP. Fails if the program `redis-server` is not there.
//
//   --short      few places and kills, for CI
//   --seed 7     another run of chance
//   --kills 200  the number of workers that are killed

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
  },
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
let failures = 0
for (const [name, check] of checks) {
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
const wrong = await endure({ ...size, seed: Number(values.seed) }, tell)
for (const line of wrong) tell(`WRONG: ${line}`)
tell(
  `seed ${values.seed}\nreal:redis: ${checks.size - failures} checks passed, ${failures} failed, ${wrong.length} violations`,
)
if (failures + wrong.length > 0) process.exitCode = 1
