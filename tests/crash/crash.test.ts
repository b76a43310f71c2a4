import { makeTestKeys, type Subject } from '@cloud-keypair/conformance'
import { describe, expect, test } from 'vitest'
import { memoryWorldsSubject } from './memory-subject.js'
import { subjects } from './subjects.js'
import { type Property, tryProperty } from './properties.js'
import { neverIn } from './report.js'
import { nothing, sum, type Counts } from './counts.js'

// A few worlds of every cloud, the same each time; `pnpm worlds` tries as many others as one likes.

const seed = 1
const few: Readonly<Record<Property, number>> = {
  create: 1,
  attach: 1,
  detach: 1,
  rotate: 1,
  'checkpoint-file': 1,
  faults: 54,
  plans: 20,
  others: 6,
}

const titles: readonly (readonly [string, Property])[] = [
  ['a create that is killed at every await loses no private key, and can be resumed', 'create'],
  ['an attach that is killed at every await leaves nobody behind', 'attach'],
  ['a detach that is killed at every await leaves nobody behind', 'detach'],
  ['a rotation that is killed at every await leaves nobody behind, and loses no private key', 'rotate'],
  [
    'a rotation that is killed at every await, also within a line of its checkpoint file, leaves nobody behind',
    'checkpoint-file',
  ],
  ['what was done and not answered makes no answer false, and nothing twice', 'faults'],
  ['a plan is what is called', 'plans'],
  ['what others do at any call leaves nobody behind, and makes no success false', 'others'],
]

/** Returns the properties to try with a cloud. A file is the same for all of them, and takes many deaths. */
const titlesOf = (subject: Subject): typeof titles =>
  titles.filter(([, property]) => property !== 'checkpoint-file' || subject === memoryWorldsSubject)

describe.each(subjects)('$name', (subject) => {
  test.each(titlesOf(subject))(`%s (seed ${seed})`, { timeout: 300_000 }, async (_, property) => {
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
