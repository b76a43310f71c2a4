import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { inProcess } from '../support/in-process.js'
import { subjects } from './subjects.js'
import { properties, type Property } from './properties.js'
import { lineOf, neverIn, totalOf } from './report.js'
import { nothing, sum, type Counts } from './counts.js'

// The properties of every world, tested in many worlds of every cloud: each property of each cloud in its own process, as
// many at a time as there are processors.
//
//   --cloud volcengine    one cloud alone
//   --property rotate     one property alone
//   --worlds 500          the worlds of each property but the faults
//   --faults 1000         the worlds of the faults
//   --seed 7              another run of chance
//   --world 17            the world of that number alone

const { values } = parseArgs({
  options: {
    cloud: { type: 'string' },
    property: { type: 'string' },
    worlds: { type: 'string', default: '500' },
    faults: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    world: { type: 'string' },
  },
})
const { cloud, property, seed, world } = values
const most = 3
const limited = pLimit(availableParallelism())
const chosen = subjects.filter(({ name }) => cloud === undefined || name === cloud)
const tried = properties.filter((one) => property === undefined || one === property)
if (chosen.length === 0 || tried.length === 0) throw new Error('There is no such cloud, or no such property')

const tallies = await Promise.all(
  tried.toReversed().flatMap((one) => chosen.map(({ name }) => limited(() => tryOne(name, one)))),
)
const total = tallies.reduce(sum, nothing)
console.log(`seed ${seed}\n${totalOf(total)}`)
if (total.violations.length > 0) process.exitCode = 1

async function tryOne(name: string, one: Property): Promise<Counts> {
  const began = Date.now()
  const count = one === 'faults' ? values.faults : values.worlds
  const only = world === undefined ? [] : [world]
  const all = await inProcess<Counts>(new URL('one.ts', import.meta.url), [name, one, count, seed, ...only])
  const counts = all.reduce(sum, nothing)
  console.log(`${name}, ${one}: ${lineOf(counts)} (${Math.round((Date.now() - began) / 1000)} s)`)
  for (const { harm, message } of counts.violations.slice(0, most)) console.log(`  ${harm}: ${message}`)
  const never = neverIn(counts)
  if (never.length > 0 && world === undefined) {
    console.log(`  never struck: ${never.join(', ')}`)
    process.exitCode = 1
  }
  return counts
}
