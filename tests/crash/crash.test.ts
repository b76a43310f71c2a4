import { makeTestKeys } from '@cloud-keypair/conformance'
import { describe, expect, test } from 'vitest'
import { subjects } from './subjects.js'
import { type Property, tryProperty } from './properties.js'
import { neverIn } from './report.js'
import { nothing, sum, type Counts } from './counts.js'

// A few worlds of every cloud, the same each time; `pnpm worlds` tries as many others as one likes. It alone has the property
// `checkpoint-file`: the time of a world goes on while a slow machine writes the file.

type Tried = Exclude<Property, 'checkpoint-file'>

const seed = 1
const few: Readonly<Record<Tried, number>> = {
  create: 1,
  attach: 1,
  detach: 1,
  rotate: 1,
  faults: 54,
  plans: 20,
  others: 6,
}

const titles: readonly (readonly [string, Tried])[] = [
  ['a create that is killed at every await loses no private key, and can be resumed', 'create'],
  ['an attach that is killed at every await leaves nobody behind', 'attach'],
  ['a detach that is killed at every await leaves nobody behind', 'detach'],
  ['a rotation that is killed at every await leaves nobody behind, and loses no private key', 'rotate'],
  ['what was done and not answered makes no answer false, and nothing twice', 'faults'],
  ['a plan is what is called', 'plans'],
  ['what others do at any call leaves nobody behind, and makes no success false', 'others'],
]

describe.each(subjects)('$name', (subject) => {
  test.each(titles)(`%s (seed ${seed})`, { timeout: 300_000 }, async (_, property) => {
    const tallies: Counts[] = []
    const testKeys = await makeTestKeys(seed)
    await tryProperty(
      property,
      subject,
      testKeys,
      { count: few[property], seed },
      (counts) => void tallies.push(counts),
    )
    const { violations, counts } = tallies.reduce(sum, nothing)
    expect(violations.slice(0, 3)).toEqual([])
    expect(counts['worlds']).toBeGreaterThanOrEqual(few[property])
    expect(neverIn({ counts, violations })).toEqual([])
  })
})
