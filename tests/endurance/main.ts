import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { type Job, subjects } from './parts.js'
import { compilePrograms } from './compile.js'
import { startChild } from './run-child.js'
import { addTallies, emptyTally, type Tally, violations } from './tally.js'

// Runs every operation of every adapter while things go wrong, and holds the invariants of invariants.ts in each trial.
// Each part of each adapter is a process of its own, as many at a time as there are processors.
//
//   --seed 7             another run of chance
//   --operations 2000    the operations of each wire adapter; the memory adapter runs four times as many
//   --adapter volcengine one adapter alone
//   --world 17           the world of that number alone

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '1000' },
    adapter: { type: 'string' },
    world: { type: 'string' },
  },
})
const chosen = subjects.filter(({ name }) => values.adapter === undefined || name === values.adapter)
if (chosen.length === 0) throw new Error(`There is no adapter ${values.adapter}`)

await compilePrograms()
const limited = pLimit(availableParallelism())
const tallies = await Promise.all(chosen.map(({ name }) => limited(() => run(name))))
const { operations, faults, kills, violations: found } = tallies.reduce(addTallies, emptyTally)
if (found.length > 0) process.exitCode = 1
console.log(`endurance: ${operations} operations, ${faults} faults, ${kills} kills, ${found.length} violations`)

async function run(adapter: string): Promise<Tally> {
  const began = Date.now()
  const count = Number(values.operations) * (adapter === 'memory' ? 4 : 1)
  const world = values.world === undefined ? undefined : Number(values.world)
  const job: Job = { part: 'faults', adapter, seed: Number(values.seed), operations: count, world }
  let tally = emptyTally
  const child = startChild('one', job, true)
  child.process.on('message', (told: Tally) => {
    tally = addTallies(tally, told)
  })
  child.process.once('disconnect', child.hasToEnd)
  const { output, wrong } = await child.ended
  tally = addTallies(tally, { ...emptyTally, violations: violations('did not exit', wrong) })
  const seconds = Math.round((Date.now() - began) / 1000)
  console.log(`${adapter}, faults: ${tally.operations} operations, ${tally.faults} faults (${seconds} s)`)
  if (output !== '') console.log(output)
  for (const { invariant, message } of tally.violations.slice(0, 5)) console.log(`  ${invariant}: ${message}`)
  return tally
}
