import { makeTestKeys } from '@cloud-keypair/conformance'
import { subjects } from './subjects.js'
import { tell } from '../support/tell.js'
import { properties, tryProperty } from './properties.js'
import type { Counts } from './counts.js'

// Run as a child process: tells its parent what each world of one cloud came to, by one property.
const [, , cloud, named, count, seed, only] = process.argv
const telling: Promise<void>[] = []
const subject = subjects.find(({ name }) => name === cloud)
const property = properties.find((one) => one === named)
if (subject === undefined || property === undefined) throw new Error(`There is no ${cloud} ${named}`)
const worlds = { count: Number(count), seed: Number(seed), only: only === undefined ? undefined : Number(only) }
const told = (counts: Counts): void => void telling.push(tell(counts))
await tryProperty(property, subject, await makeTestKeys(worlds.seed), worlds, told)
await Promise.all(telling)
// The remains of a killed process would keep this process alive.
process.exit()
